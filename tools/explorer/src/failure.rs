//! What can be wrong with a program.

use std::fmt;

use crate::op::Tid;
use crate::schedule::Schedule;
use crate::ways::Way;

/// A kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// Two accesses to plain memory, one of them a write, and nothing orders the two.
    Race,
    /// An access to what is freed, or a second free.
    UseAfterFree,
    /// An allocation, or a counted value, is left when all threads have ended.
    Leak,
    /// A panic that was not raised by `resume_unwind`.
    Panic,
    /// No thread can take a step, and none of them spins.
    Deadlock,
    /// Threads can go round in circles for ever, although each that could leave has its turn.
    Livelock,
    /// A thread goes on only if another one does, in a program of which that is not expected.
    Waits,
    /// The program did not do the same when it was run the same way.
    NotDeterministic,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Race => "data race",
            Kind::UseAfterFree => "use after free",
            Kind::Leak => "leak",
            Kind::Panic => "panic",
            Kind::Deadlock => "deadlock",
            Kind::Livelock => "livelock",
            Kind::Waits => "wait",
            Kind::NotDeterministic => "not deterministic",
        })
    }
}

/// Something that is wrong with a program, and an execution that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What it is.
    pub kind: Kind,
    /// In words.
    pub message: String,
    /// The thread whose step fails, if it is one's.
    pub thread: Option<usize>,
    /// How it comes about.
    pub memory: Memory,
    /// The steps that lead there.
    pub steps: Vec<Step>,
    /// The same for [`replay`](crate::replay).
    pub schedule: Schedule,
}

/// What it takes for a failure to come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Threads that take turns: each load sees the newest store.
    Interleaving,
    /// Loads that see old stores, or stores that are put before others. No interleaving fails.
    Weak,
    /// Not known: there are too many interleavings to look at all.
    Unknown,
}

impl Failure {
    /// One that is not shown yet.
    pub(crate) fn new(kind: Kind, message: String) -> Self {
        Self {
            kind,
            message,
            thread: None,
            memory: Memory::Unknown,
            steps: Vec::new(),
            schedule: Schedule::default(),
        }
    }

    /// Blames the thread that has taken the last step, if it is a step that fails.
    pub(crate) fn blame(&mut self, ways: &[(Tid, Way)]) {
        if matches!(self.kind, Kind::Race | Kind::UseAfterFree | Kind::Panic) {
            self.thread = ways.last().map(|&(t, _)| t);
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.kind, self.message)?;
        for step in &self.steps {
            writeln!(f, "  T{} {}", step.thread, step.what)?;
        }
        Ok(())
    }
}

/// A step of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The number of the thread; 0 is the program's own.
    pub thread: usize,
    /// What it did, and what it was told.
    pub what: String,
}
