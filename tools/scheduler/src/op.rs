//! What a thread is about to do.

use std::panic::Location;
use std::sync::atomic::Ordering;

use crate::memory::{ObjectId, ThreadId};

/// A line of the program.
pub(crate) type Site = &'static Location<'static>;

/// A step, before it is taken.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Op {
    /// The first step of a thread.
    Start,
    /// Waiting for the end of a thread.
    Join(ThreadId),
    Load(Ordering),
    /// With the value in words.
    Store(Ordering, String),
    /// A read-modify-write, in the words of its call. `weak` if it may fail without a reason.
    Exchange {
        call: String,
        ordering: Ordering,
        weak: bool,
    },
    Fence(Ordering),
    CellRead,
    CellWrite,
    Lock,
    TryLock,
    Unlock,
    /// Letting go of that mutex and falling asleep on the condvar.
    Wait(ObjectId),
    /// Asleep on the condvar, with that mutex to lock again.
    Asleep(ObjectId),
    /// Woken, and not yet in possession of the mutex.
    Relock,
    /// `all`, or one.
    Notify {
        all: bool,
    },
    /// A round of a loop that waits; [`spins`](crate::thread::Thread::spins) says for what.
    Spin,
    /// A pause without anything to wait for.
    Yield,
    /// None: it has panicked.
    Panicked,
}

/// An operation of a thread that has stopped before it.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) op: Op,
    /// What it is done to; 0 where it is done to nothing.
    pub(crate) object: ObjectId,
    pub(crate) site: Site,
}
