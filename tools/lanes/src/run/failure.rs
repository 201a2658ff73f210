use explorer::{Memory, Schedule};

use crate::step::{Object, Step};

/// A failing execution, as it was at the moment when it failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    /// What it takes for it to come about.
    pub(crate) memory: Memory,
    pub(crate) message: String,
    /// File, line and column of a panic. `None` if the program raised it by `resume_unwind`, which does not tell.
    pub(crate) place: Option<(String, u32, u32)>,
    /// Which model thread failed, if one did.
    pub(crate) thread: Option<usize>,
    pub(crate) steps: Vec<Step>,
    /// Steps that have begun and not taken effect, at most one per thread.
    pub(crate) pending: Vec<Step>,
    pub(crate) objects: Vec<Object>,
    pub(crate) threads: Vec<String>,
    pub(crate) aftermath: Aftermath,
    /// The execution, to be run again.
    pub(crate) schedule: Schedule,
}

/// What has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The program, by a panic.
    Panic,
    /// The step that a thread is about to take.
    Race,
    UseAfterFree,
    /// What is left at the end.
    Leak,
    /// Nobody can go on.
    Deadlock,
    /// Some go on for ever.
    Livelock,
    /// A thread goes on only if another one does.
    Waits,
    NotDeterministic,
    /// A coroutine has used up its stack.
    StackOverflow,
}

impl Failure {
    /// A stack that is used up. Nothing of the execution can be read any more.
    pub(crate) fn of_overflow() -> Self {
        Self {
            cause: Cause::StackOverflow,
            memory: Memory::Unknown,
            message: String::from("stack overflow"),
            place: None,
            thread: None,
            steps: Vec::new(),
            pending: Vec::new(),
            objects: Vec::new(),
            threads: Vec::new(),
            aftermath: Aftermath::Unwound,
            schedule: Schedule::default(),
        }
    }

    /// The step that is at fault, and was not taken.
    pub(crate) fn failing_step(&self) -> Option<Step> {
        let by_step = matches!(self.cause, Cause::Race | Cause::UseAfterFree);
        let mut pending = self.pending.iter().filter(|_| by_step);
        pending
            .find(|step| Some(step.thread) == self.thread)
            .copied()
    }
}

/// What became of the thread while its panic unwound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Aftermath {
    #[default]
    Unwound,
    /// A destructor panicked, too. The thread has been left behind, for to go on would abort the process.
    PanickedAgain,
    /// The program caught it.
    Caught,
    /// A destructor took no step for seconds. The thread has been left behind.
    Stuck,
}

/// Where a model got stuck.
#[derive(Clone, Debug)]
pub(crate) struct Stuck {
    /// The last step: file, line, column and thread.
    pub(crate) last_step: Option<(String, u32, u32, usize)>,
}
