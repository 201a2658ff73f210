use std::fmt;
use std::sync::LockResult;
use std::time::Duration;

use super::mutex::MutexGuard;
use crate::op::Op;
use crate::world::{Kind, number, step};

/// A condition variable. A waiter may wake up for no reason, at any time and any number of times; `notify_one` may wake
/// any waiter; and time may be up at any moment.
pub struct Condvar {
    v: usize,
}

impl Condvar {
    /// A condition variable that nobody waits on.
    pub fn new() -> Self {
        Self {
            v: number(Kind::Condvar),
        }
    }

    /// Unlocks the mutex, sleeps until woken, and locks it again.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        self.sleep(&guard, false);
        Ok(guard)
    }

    /// Waits for as long as `condition` holds.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut guard) {
            self.sleep(&guard, false);
        }
        Ok(guard)
    }

    /// Waits until woken or until time is up, which may be at any moment.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        _time: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let timed_out = self.sleep(&guard, true);
        Ok((guard, WaitTimeoutResult(timed_out)))
    }

    /// Waits for as long as `condition` holds or until time is up, which may be at any moment.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn wait_timeout_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        _time: Duration,
        mut condition: impl FnMut(&mut T) -> bool,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        while condition(&mut guard) {
            if self.sleep(&guard, true) {
                let timed_out = condition(&mut guard);
                return Ok((guard, WaitTimeoutResult(timed_out)));
            }
        }
        Ok((guard, WaitTimeoutResult(false)))
    }

    /// Wakes one of the threads that wait, if any does.
    pub fn notify_one(&self) {
        step(Op::NotifyOne { v: self.v });
    }

    /// Wakes all threads that wait.
    pub fn notify_all(&self) {
        step(Op::NotifyAll { v: self.v });
    }

    /// Whether time was up.
    fn sleep<T>(&self, guard: &MutexGuard<'_, T>, timed: bool) -> bool {
        let (m, content) = (guard.mutex(), guard.content());
        let reply = step(Op::Wait {
            v: self.v,
            m,
            content,
            timed,
        });
        guard.relocked();
        !reply.ok
    }
}

impl Default for Condvar {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
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
