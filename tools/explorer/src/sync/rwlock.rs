use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{LockResult, TryLockError, TryLockResult};

use super::content_of;
use crate::op::{Content, Effect, Hold, Op};
use crate::world::{Kind, effect, number, step};

/// A reader–writer lock that prefers neither side. It is never poisoned: a panic ends the program.
pub struct RwLock<T> {
    value: UnsafeCell<T>,
    m: usize,
}

// SAFETY: as `std`'s.
unsafe impl<T: Send> Send for RwLock<T> {}
// SAFETY: as `std`'s: readers share the value, a writer has it alone.
unsafe impl<T: Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// A lock, free.
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

    /// Waits until there is no writer, and locks for reading.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        step(Op::Lock {
            m: self.m,
            hold: Hold::Shared,
        });
        Ok(RwLockReadGuard { lock: self })
    }

    /// Locks for reading if there is no writer.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if there is one.
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        match step(Op::TryLock {
            m: self.m,
            hold: Hold::Shared,
        })
        .ok
        {
            true => Ok(RwLockReadGuard { lock: self }),
            false => Err(TryLockError::WouldBlock),
        }
    }

    /// Waits until the lock is free, and locks for writing.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        step(Op::Lock {
            m: self.m,
            hold: Hold::Exclusive,
        });
        Ok(RwLockWriteGuard {
            lock: self,
            written: Cell::new(false),
        })
    }

    /// Locks for writing if the lock is free.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if it is not.
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        match step(Op::TryLock {
            m: self.m,
            hold: Hold::Exclusive,
        })
        .ok
        {
            true => Ok(RwLockWriteGuard {
                lock: self,
                written: Cell::new(false),
            }),
            false => Err(TryLockError::WouldBlock),
        }
    }

    /// The value, by who owns the lock.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn into_inner(self) -> LockResult<T> {
        Ok(self.value.into_inner())
    }
}

impl<T> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RwLock").finish_non_exhaustive()
    }
}

/// Shared access to what is in a [`RwLock`]. Unlocks it on drop.
pub struct RwLockReadGuard<'a, T> {
    lock: &'a RwLock<T>,
}

impl<T> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: there is no writer while this guard lives.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        let content = Content::Same;
        step(Op::Unlock {
            m: self.lock.m,
            hold: Hold::Shared,
            content,
        });
    }
}

/// Exclusive access to what is in a [`RwLock`]. Unlocks it on drop.
pub struct RwLockWriteGuard<'a, T> {
    lock: &'a RwLock<T>,
    written: Cell<bool>,
}

impl<T> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the lock is held by this guard's thread.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.written.set(true);
        // SAFETY: the lock is held by this guard's thread, and the guard is borrowed for as long.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        let content = if self.written.get() {
            content_of(&**self)
        } else {
            Content::Same
        };
        step(Op::Unlock {
            m: self.lock.m,
            hold: Hold::Exclusive,
            content,
        });
    }
}
