use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{LockResult, TryLockError, TryLockResult};

use super::content_of;
use crate::op::{Content, Effect, Hold, Op};
use crate::world::{Kind, effect, number, step};

/// A mutex. It is never poisoned: a panic ends the program.
pub struct Mutex<T> {
    value: UnsafeCell<T>,
    pub(super) m: usize,
}

// SAFETY: as `std`'s: only the holder of the lock reaches the value.
unsafe impl<T: Send> Send for Mutex<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// A mutex, unlocked.
    pub fn new(value: T) -> Self {
        let m = number(Kind::Lock);
        effect(Effect::Lock {
            m,
            content: content_of(&value),
        });
        Self {
            value: UnsafeCell::new(value),
            m,
        }
    }

    /// Waits until the mutex is free, and locks it.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        step(Op::Lock {
            m: self.m,
            hold: Hold::Exclusive,
        });
        Ok(self.guard())
    }

    /// Locks the mutex if it is free.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if it is not.
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        match step(Op::TryLock {
            m: self.m,
            hold: Hold::Exclusive,
        })
        .ok
        {
            true => Ok(self.guard()),
            false => Err(TryLockError::WouldBlock),
        }
    }

    /// The value, by who owns the mutex.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn into_inner(self) -> LockResult<T> {
        Ok(self.value.into_inner())
    }

    fn guard(&self) -> MutexGuard<'_, T> {
        MutexGuard {
            mutex: self,
            written: Cell::new(false),
        }
    }
}

impl<T> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex").finish_non_exhaustive()
    }
}

/// Access to what is in a locked [`Mutex`]. Unlocks it on drop.
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    written: Cell<bool>,
}

impl<T> MutexGuard<'_, T> {
    pub(super) fn mutex(&self) -> usize {
        self.mutex.m
    }

    /// What it leaves, if it lets go now.
    pub(super) fn content(&self) -> Content {
        if self.written.get() {
            content_of(&**self)
        } else {
            Content::Same
        }
    }

    /// It has let go, and locked again.
    pub(super) fn relocked(&self) {
        self.written.set(false);
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the mutex is locked by this guard's thread.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.written.set(true);
        // SAFETY: the mutex is locked by this guard's thread, and the guard is borrowed for as long.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        let content = self.content();
        step(Op::Unlock {
            m: self.mutex.m,
            hold: Hold::Exclusive,
            content,
        });
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
