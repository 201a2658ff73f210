//! What a graph is made of.

use std::panic::Location;

use crate::failure::Kind;
use crate::op::Op;
use crate::state::Phase;
use crate::ways::Way;

/// A place in the source.
pub type Place = &'static Location<'static>;

/// Where a program can go.
#[derive(Clone, Debug)]
pub struct Graph {
    /// What its threads share, in the order in which it is first made.
    pub objects: Vec<Object>,
    /// Its states. The program begins in the first.
    pub states: Vec<State>,
}

/// What threads share, by its number among those of its kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Id {
    /// An atomic.
    Atomic(usize),
    /// Plain memory.
    Cell(usize),
    /// A mutex or a reader–writer lock.
    Lock(usize),
    /// A condition variable.
    Condvar(usize),
    /// A reference count.
    Count(usize),
}

/// Something that threads share.
#[derive(Clone, Copy, Debug)]
pub struct Object {
    /// Which.
    pub id: Id,
    /// Where it is made, if that was noted.
    pub place: Option<Place>,
    /// The name of the type of what it holds; empty if that was not noted.
    pub holds: &'static str,
}

/// A state of the program.
#[derive(Clone, Debug)]
pub struct State {
    /// By number. None of one that is not yet started.
    pub threads: Vec<Option<Thread>>,
    /// Of each atomic, its stores in modification order, without those that nobody can read any more; none of one that is
    /// not yet made.
    pub atomics: Vec<Vec<u64>>,
    /// Plain memory.
    pub cells: Vec<Cell>,
    /// Locks.
    pub locks: Vec<Lock>,
    /// Reference counts.
    pub counts: Vec<u32>,
    /// What is wrong here, if a step has failed: then no other is taken.
    pub fault: Option<Fault>,
    /// Where to go from here, by thread. A state without steps is an end.
    pub steps: Vec<Step>,
}

/// A thread that was started.
#[derive(Clone, Debug)]
pub struct Thread {
    /// What it does next, or has done last.
    pub next: Op,
    /// How far it has come with that.
    pub phase: Phase,
    /// Where in the source that is, if it was noted.
    pub place: Option<Place>,
    /// What it looks at again and again, and cannot go on until something there changes; empty if it can.
    pub waits_for: Vec<Id>,
}

/// Plain memory.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// What is inside, if it is compared by value.
    pub value: Option<u128>,
    /// Who has written it last, if not all threads know.
    pub written: Option<usize>,
}

/// A lock.
#[derive(Clone, Debug)]
pub struct Lock {
    /// What is inside, if it is compared by value.
    pub value: Option<u128>,
    /// Who holds it alone.
    pub writer: Option<usize>,
    /// Who holds it together with others.
    pub readers: Vec<usize>,
}

/// A step from one state to another.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Whose.
    pub thread: usize,
    /// Which way it goes.
    pub way: Way,
    /// The number of the state that it leads to.
    pub to: usize,
}

/// Something that is wrong.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Fault {
    /// What it is.
    pub kind: Kind,
    /// In words.
    pub message: String,
    /// The thread whose step has failed.
    pub thread: usize,
    /// Of a race between two accesses to plain memory: whose the other is, and whether it has `"read"` or `"written"`.
    pub other: Option<(usize, &'static str)>,
}

impl State {
    /// What that thread does next. None if it has ended, or is not yet started.
    pub fn next(&self, thread: usize) -> Option<Op> {
        let thread = self.threads.get(thread)?.as_ref()?;
        (thread.phase != Phase::Done).then_some(thread.next)
    }

    /// Who sleeps on that condition variable.
    pub fn sleepers(&self, v: usize) -> Vec<usize> {
        let sleeps = |it: &Thread| {
            it.phase == Phase::Asleep && matches!(it.next, Op::Wait { v: on, .. } if on == v)
        };
        let all = self.threads.iter().enumerate();
        all.filter(|(_, thread)| thread.as_ref().is_some_and(sleeps))
            .map(|(t, _)| t)
            .collect()
    }
}
