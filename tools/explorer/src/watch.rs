//! Being told of the one execution that shows a failure, while the program is run along it once more.

use crate::failure::Failure;

/// Why a thread no longer sleeps on a condition variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Woken {
    /// By another thread.
    Notified,
    /// Time was up.
    TimedOut,
    /// For no reason.
    Spurious,
}

/// What is known of a step, and its thread is not told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Details {
    /// How many references are left, after one was made or dropped.
    pub count: u32,
    /// The threads that a notification has woken: one bit each.
    pub woken: u64,
    /// It went as it did for no reason.
    pub spurious: bool,
    /// Of a step that reads an atomic: where the store that it read stands in modification order.
    pub read_at: Option<u64>,
    /// Of a step that writes an atomic: where its store stands there. A larger number is newer.
    pub wrote_at: Option<u64>,
}

impl Details {
    /// Nothing.
    pub const NONE: Details = Details {
        count: 0,
        woken: 0,
        spurious: false,
        read_at: None,
        wrote_at: None,
    };
}

/// Watches an exploration. All is called on the thread that explores, between two steps of the program.
pub trait Watch {
    /// Something goes on: called at every step between states, so it has to be quick.
    fn pulse(&self) {}
    /// The program is run along the execution that is shown.
    fn begins(&self) {}
    /// A thread has unlocked, and sleeps on a condition variable.
    fn sleeps(&self, _thread: usize) {}
    /// It no longer does, and is about to lock again.
    fn wakes(&self, _thread: usize, _why: Woken) {}
    /// The thread that took the last step could go on, and another one takes the next.
    fn interrupts(&self, _thread: usize) {}
    /// The execution stands where it fails.
    fn ends(&self, _failure: &Failure) {}
}

/// Nobody watches.
pub(crate) struct Nobody;

impl Watch for Nobody {}
