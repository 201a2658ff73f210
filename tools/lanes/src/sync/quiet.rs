//! A lock with a condition variable, and a flag, that have no rows: what stands on them shows rows of its own.

use explorer::raw::{self, Content, Hold, Update};
use loom::sync::atomic::{AtomicBool, Ordering};

use crate::context;

/// In the engine that runs the model.
pub(super) enum Gate {
    Loom(loom::sync::Mutex<()>, loom::sync::Condvar),
    Explorer(raw::Lock, raw::Condvar),
}

/// A thread that has come in. No other does before it leaves.
pub(super) struct Inside<'a> {
    gate: &'a Gate,
    loom: Option<loom::sync::MutexGuard<'a, ()>>,
}

impl Gate {
    pub(super) fn new(content: Content) -> Self {
        match context::explores() {
            true => Gate::Explorer(raw::Lock::new(content), raw::Condvar::new()),
            false => Gate::Loom(loom::sync::Mutex::new(()), loom::sync::Condvar::new()),
        }
    }

    /// Of our own engine: the gate of the static at that address.
    pub(super) fn of_static(address: usize) -> Self {
        Gate::Explorer(
            raw::Lock::of_static(address),
            raw::Condvar::of_static(address),
        )
    }

    pub(super) fn enter(&self) -> Inside<'_> {
        let loom = match self {
            Gate::Loom(lock, _) => Some(lock.lock().expect("loom's mutex is never poisoned")),
            Gate::Explorer(lock, _) => {
                lock.lock(Hold::Exclusive);
                None
            }
        };
        Inside { gate: self, loom }
    }
}

impl Inside<'_> {
    /// Leaves, sleeps until woken, and comes in again.
    pub(super) fn wait(mut self, content: Content) -> Self {
        match self.gate {
            Gate::Loom(_, condvar) => {
                let loom = self.loom.take().expect("it has come in");
                self.loom = Some(condvar.wait(loom).expect("loom's mutex is never poisoned"));
            }
            Gate::Explorer(lock, condvar) => {
                condvar.wait(lock, content, false);
            }
        }
        self
    }

    /// Wakes one of those who wait. Says which, for the record.
    pub(super) fn wake_one(&self) -> u64 {
        match self.gate {
            Gate::Loom(_, condvar) => condvar.notify_one(),
            Gate::Explorer(_, condvar) => condvar.notify_one(),
        }
        raw::details().woken
    }

    /// Wakes all. Says which, for the record.
    pub(super) fn wake_all(&self) -> u64 {
        match self.gate {
            Gate::Loom(_, condvar) => condvar.notify_all(),
            Gate::Explorer(_, condvar) => condvar.notify_all(),
        }
        raw::details().woken
    }

    pub(super) fn leave(self, content: Content) {
        if let Gate::Explorer(lock, _) = self.gate {
            lock.unlock(Hold::Exclusive, content);
        }
    }
}

/// A flag that hands on what came before it was raised.
pub(super) enum Flag {
    Loom(AtomicBool),
    Explorer(raw::Atomic),
}

// SAFETY: all threads of a model share one thread of the machine.
unsafe impl Send for Flag {}
// SAFETY: as for `Send`.
unsafe impl Sync for Flag {}

impl Flag {
    pub(super) fn new() -> Self {
        match context::explores() {
            true => Flag::Explorer(raw::Atomic::new(0, 1)),
            false => Flag::Loom(AtomicBool::new(false)),
        }
    }

    /// Of our own engine: the flag of the static at that address.
    pub(super) fn of_static(address: usize) -> Self {
        Flag::Explorer(raw::Atomic::of_static(address, 1))
    }

    pub(super) fn is_up(&self) -> bool {
        match self {
            Flag::Loom(flag) => flag.load(Ordering::Acquire),
            Flag::Explorer(flag) => flag.load(Ordering::Acquire) != 0,
        }
    }

    pub(super) fn raise(&self) {
        match self {
            Flag::Loom(flag) => flag.store(true, Ordering::Release),
            Flag::Explorer(flag) => flag.store(1, Ordering::Release),
        }
    }

    /// Lowers it. Whether it was up.
    pub(super) fn take(&self) -> bool {
        match self {
            Flag::Loom(flag) => flag.swap(false, Ordering::AcqRel),
            Flag::Explorer(flag) => flag.update(Update::Swap(0), Ordering::AcqRel) != 0,
        }
    }
}
