use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{LockResult, TryLockError, TryLockResult};

use super::name::{Named, Object};
use crate::context::{self, begin};
use crate::step::{Access, ObjectId, ObjectKind, Op, Site, Step, Value};

/// A lock for many readers or one writer. Never poisoned: a panic ends the model.
pub struct RwLock<T: ?Sized> {
    loom: loom::sync::RwLock<()>,
    /// Loom takes no branch at an unlock, and so misses the schedules in which a `try_read` or `try_write` comes just
    /// before one. In a model with such attempts both touch this, which makes them depend on each other.
    touch: loom::sync::Condvar,
    id: ObjectId,
    value: UnsafeCell<T>,
}

// SAFETY: the lock owns its value, and moves with it, which `T: Send` allows.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY:
// - A write guard is exclusive, and hands the value from thread to thread, which `T: Send` allows.
// - Read guards share it between threads, which `T: Sync` allows.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// An unlocked lock around `value`.
    #[track_caller]
    pub fn new(value: T) -> Self {
        // SAFETY: a reference is valid for reads, and initialised.
        let initial = unsafe { Value::peek(&value) };
        Self {
            loom: loom::sync::RwLock::new(()),
            touch: loom::sync::Condvar::new(),
            id: context::new_object(ObjectKind::RwLock, Location::caller(), initial),
            value: UnsafeCell::new(value),
        }
    }

    /// Takes the value out.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn into_inner(self) -> LockResult<T> {
        Ok(self.value.into_inner())
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Locks for reading, waiting for as long as another thread writes.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let site = Location::caller();
        let loom = self.take(Access::Read, site, || self.loom.read().ok());
        Ok(RwLockReadGuard {
            lock: self,
            loom,
            site,
            not_send: PhantomData,
        })
    }

    /// Locks for reading if no thread writes.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if one does.
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let site = Location::caller();
        let loom = self.try_take(Access::Read, site, || self.loom.try_read().ok())?;
        Ok(RwLockReadGuard {
            lock: self,
            loom,
            site,
            not_send: PhantomData,
        })
    }

    /// Locks for writing, waiting for as long as another thread reads or writes.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let site = Location::caller();
        let loom = self.take(Access::Write, site, || self.loom.write().ok());
        Ok(RwLockWriteGuard {
            lock: self,
            loom,
            site,
            not_send: PhantomData,
        })
    }

    /// Locks for writing if no other thread reads or writes.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if one does.
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let site = Location::caller();
        let loom = self.try_take(Access::Write, site, || self.loom.try_write().ok())?;
        Ok(RwLockWriteGuard {
            lock: self,
            loom,
            site,
            not_send: PhantomData,
        })
    }

    /// The value. Owning the lock proves that no guard is alive.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        Ok(self.value.get_mut())
    }

    /// Whether a thread panicked while it held the lock: never, in a model.
    pub fn is_poisoned(&self) -> bool {
        false
    }

    /// Does nothing, for want of poison.
    pub fn clear_poison(&self) {}

    /// Takes the lock; `None` only while a panic unwinds.
    fn take<G>(&self, access: Access, site: Site, lock: impl FnOnce() -> Option<G>) -> Option<G> {
        if context::unwinding() {
            return None;
        }
        let step = begin(site, || Step::new(Op::Lock(access), site).on(self.id));
        let guard = lock();
        step.end(|step| step.read = self.shown());
        context::saw(self.id, 1);
        guard
    }

    fn try_take<G, E>(
        &self,
        access: Access,
        site: Site,
        lock: impl FnOnce() -> Option<G>,
    ) -> Result<Option<G>, TryLockError<E>> {
        if context::unwinding() {
            return Ok(None);
        }
        let step = begin(site, || Step::new(Op::TryLock(access), site).on(self.id));
        context::note_lock_attempt();
        if context::orders_lock_attempts() {
            self.touch.notify_all();
        }
        let guard = lock();
        context::saw(self.id, u64::from(guard.is_some()));
        step.end(|step| match guard {
            Some(_) => step.read = self.shown(),
            None => step.succeeded = false,
        });
        guard.map(Some).ok_or(TryLockError::WouldBlock)
    }

    fn release<G>(&self, access: Access, site: Site, guard: Option<G>) {
        if context::unwinding() {
            return std::mem::forget(guard);
        }
        let step = begin(site, || Step::new(Op::Unlock(access), site).on(self.id));
        if context::orders_lock_attempts() {
            self.touch.notify_all();
        }
        drop(guard);
        context::changed();
        step.end(|step| {
            if access == Access::Write {
                step.wrote = self.shown();
            }
        });
    }

    fn shown(&self) -> Value {
        // SAFETY: valid as long as the lock is. All threads of a model share one thread of the machine, so no other
        // thread is writing now.
        unsafe { Value::peek(self.value.get()) }
    }
}

impl<T: Default> Default for RwLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for RwLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RwLock").finish_non_exhaustive()
    }
}

impl<T: ?Sized> Named for RwLock<T> {
    fn object(&self) -> Object {
        Object(self.id)
    }
}

/// Proof that this thread may read; unlocks on drop.
#[must_use = "a guard that is not bound to a name unlocks at once"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    lock: &'a RwLock<T>,
    loom: Option<loom::sync::RwLockReadGuard<'a, ()>>,
    site: Site,
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared reference to the guard gives `&T` and nothing more.
unsafe impl<T: ?Sized + Sync> Sync for RwLockReadGuard<'_, T> {}

impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: a read guard excludes writers: no mutable reference exists.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        self.lock.release(Access::Read, self.site, self.loom.take());
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Proof that this thread alone may read and write; unlocks on drop.
#[must_use = "a guard that is not bound to a name unlocks at once"]
pub struct RwLockWriteGuard<'a, T: ?Sized> {
    lock: &'a RwLock<T>,
    loom: Option<loom::sync::RwLockWriteGuard<'a, ()>>,
    site: Site,
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared reference to the guard gives `&T` and nothing more.
unsafe impl<T: ?Sized + Sync> Sync for RwLockWriteGuard<'_, T> {}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: a write guard is exclusive: no other reference exists. While a panic unwinds a second guard can be
        // made, but the thread that holds the first never runs again.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`; and the guard is borrowed mutably.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T: ?Sized> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        self.lock
            .release(Access::Write, self.site, self.loom.take());
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
