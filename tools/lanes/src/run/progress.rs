use std::panic::Location;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize};

use super::Failure;

/// How far a run has come: what the thread that watches it can see while it goes on.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Grows with every step; a model whose count stands still is stuck.
    pub(crate) steps: AtomicU64,
    /// Where the latest step was taken. Null before the first.
    pub(crate) site: AtomicPtr<Location<'static>>,
    /// Which thread took it.
    pub(crate) thread: AtomicUsize,
    /// The panic that ended the model. Kept here so that it is not lost if the thread gets stuck while it unwinds.
    pub(crate) failure: Mutex<Option<Failure>>,
    /// Whether a destructor panicked while that panic unwound, and the thread has been stopped for it.
    pub(crate) panicked_again: AtomicBool,
    /// Whether a coroutine has used up its stack, and the thread has been stopped for it.
    pub(crate) overflowed: AtomicBool,
    /// Whether the program caught that panic, and went on.
    pub(crate) caught: AtomicBool,
}
