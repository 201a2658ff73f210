use std::fmt;
use std::panic::Location;
use std::sync::LockResult;
use std::time::Duration;

use explorer::raw;

use super::identity::Identity;
use super::mutex::{Held, MutexGuard};
use super::name::{Named, Object};
use crate::context::{self, begin};
use crate::step::{ObjectKind, Op, Site, Step, Value};

/// A condition variable, whose waits may end without a reason, as those of real ones may.
///
/// A notification may wake any of the threads that wait. Time-outs do not look at the clock: a wait with a time-out may end
/// at any moment.
pub struct Condvar {
    backing: Backing,
    id: Identity,
}

/// A condition variable of the engine that runs the model. loom's waits never end for no reason, and it wakes who has waited
/// longest.
enum Backing {
    Loom(loom::sync::Condvar),
    Explorer(raw::Condvar),
}

impl Condvar {
    /// A condition variable without waiters.
    #[track_caller]
    pub fn new() -> Self {
        let id = Identity::new::<()>(ObjectKind::Condvar, Value::Unknown);
        let backing = match context::explores() {
            true => Backing::Explorer(raw::Condvar::new()),
            false => Backing::Loom(loom::sync::Condvar::new()),
        };
        Self { backing, id }
    }

    /// Unlocks the mutex, sleeps until woken, and locks it again.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        Ok(self.sleep(guard, false, Location::caller()).0)
    }

    /// Waits for as long as `condition` holds.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        let site = Location::caller();
        while condition(&mut *guard) {
            guard = self.sleep(guard, false, site).0;
        }
        Ok(guard)
    }

    /// Waits until woken or until time is up, which may be at any moment.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        _time: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        Ok(self.sleep(guard, true, Location::caller()))
    }

    /// Waits for as long as `condition` holds or until time is up, which may be at any moment.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        _time: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let site = Location::caller();
        while condition(&mut *guard) {
            let (relocked, result) = self.sleep(guard, true, site);
            guard = relocked;
            if result.timed_out() {
                let timed_out = WaitTimeoutResult(condition(&mut *guard));
                return Ok((guard, timed_out));
            }
        }
        Ok((guard, WaitTimeoutResult(false)))
    }

    /// Wakes one of the threads that wait, if any does.
    #[track_caller]
    pub fn notify_one(&self) {
        self.notify(false, Location::caller());
    }

    /// Wakes all threads that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        self.notify(true, Location::caller());
    }

    fn sleep<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timed: bool,
        site: Site,
    ) -> (MutexGuard<'a, T>, WaitTimeoutResult) {
        if context::unwinding() {
            return (guard, WaitTimeoutResult(timed));
        }
        self.id.reach(site);
        let content = guard.content_at_wait(site);
        let step = begin(site, || {
            let mut step = Step::new(Op::Wait { timed }, site).on(self.id);
            step.second_object = Some(guard.mutex.id());
            step.wrote = guard.shown();
            step
        });
        let mut guard = guard;
        let (mutex, held) = (guard.mutex, guard.held.take());
        std::mem::forget(guard);
        let (held, timed_out) = match (held, &self.backing) {
            (Some(Held::Explorer(lock)), Backing::Explorer(condvar)) => {
                let timed_out = condvar.wait(lock, content, timed);
                (Some(Held::Explorer(lock)), timed_out)
            }
            // Time is up as soon as the others have had a turn.
            (Some(Held::Loom(held)), _) if timed => {
                drop(held);
                loom::thread::yield_now();
                (Some(mutex.backing.lock()), true)
            }
            (Some(Held::Loom(held)), Backing::Loom(condvar)) => {
                let held = condvar.wait(held).expect("loom's mutex is never poisoned");
                (Some(Held::Loom(held)), false)
            }
            _ => unreachable!("a mutex and a condition variable of one execution"),
        };
        let mut guard = mutex.guard(held, site);
        guard.woke(site);
        step.end_of_wait(timed_out, |step| step.read = guard.shown());
        (guard, WaitTimeoutResult(timed_out))
    }

    fn notify(&self, all: bool, site: Site) {
        if context::unwinding() {
            return;
        }
        self.id.reach(site);
        let step = begin(site, || Step::new(Op::Notify { all }, site).on(self.id));
        match (&self.backing, all) {
            (Backing::Loom(condvar), false) => condvar.notify_one(),
            (Backing::Loom(condvar), true) => condvar.notify_all(),
            (Backing::Explorer(condvar), false) => condvar.notify_one(),
            (Backing::Explorer(condvar), true) => condvar.notify_all(),
        }
        let woken = raw::details().woken;
        step.end(|step| {
            step.wrote = Value::Int(i128::from(woken.count_ones()));
            step.woken = woken;
        });
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
    }
}

impl Named for Condvar {
    fn object(&self) -> Object {
        Object(self.id.into())
    }
}

/// Whether a wait ended because time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether it did.
    pub fn timed_out(&self) -> bool {
        self.0
    }
}
