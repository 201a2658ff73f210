//! The lock of `std`.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{LockResult, TryLockError, TryLockResult};

use crate::execution::{is_unwinding, me, step};
use crate::memory::{ObjectId, ThreadId, View};
use crate::object::{Content, Kind};
use crate::op::{Op, Site};
use crate::state::State;

use super::Named;

/// [`std::sync::Mutex`], never poisoned: a panic ends the run.
pub struct Mutex<T> {
    value: std::cell::UnsafeCell<T>,
    object: ObjectId,
}

// SAFETY: as for `std`'s: `lock` and `try_lock` hand out the value to one thread at a time. When a run is over,
// they do so without asking; but then its threads run one after another.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// Makes an unlocked mutex.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let kind = Kind::Mutex {
            holder: None,
            released: View::default(),
            // SAFETY: a reference is valid.
            content: unsafe { Content::new(&raw const value) },
        };
        Self {
            object: me().execution.state().add_object(kind, Location::caller()),
            value: std::cell::UnsafeCell::new(value),
        }
    }

    /// Locks, waiting for as long as another guard is alive.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let site = Location::caller();
        if !is_unwinding() {
            step(Op::Lock, self.object, site, |state, me, _| {
                state.take(me, self.object)
            });
        }
        Ok(self.guard(site))
    }

    /// Locks if nobody holds the lock.
    ///
    /// # Errors
    ///
    /// [`TryLockError::WouldBlock`] if somebody does.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let site = Location::caller();
        let free = is_unwinding()
            || step(Op::TryLock, self.object, site, |state, me, _| {
                let free = state.is_free(self.object);
                state.remember(me, free);
                if free {
                    state.take(me, self.object);
                } else {
                    state.effect(format!("is refused: `{}` is held", state.name(self.object)));
                }
                free
            });
        match free {
            true => Ok(self.guard(site)),
            false => Err(TryLockError::WouldBlock),
        }
    }

    /// Takes the value back out. Owning the lock proves that no guard is alive.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn into_inner(self) -> LockResult<T> {
        Ok(self.value.into_inner())
    }

    fn guard(&self, site: Site) -> MutexGuard<'_, T> {
        MutexGuard {
            mutex: self,
            site,
            asleep: false,
            not_send: PhantomData,
        }
    }

    /// What unlocking changes.
    fn unlock(&self, state: &mut State, me: ThreadId) {
        state.release(me, self.object, |content, history| {
            // SAFETY: `me` holds the lock, and so it is the only one at the value.
            unsafe { content.update(self.value.get(), history) };
        });
        state.remember(me, ());
    }
}

/// Proof that this thread holds a [`Mutex`]; unlocks it on drop.
#[must_use = "a guard that is not bound to a name unlocks at once"]
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
    /// Where it was made: a destructor does not know where it is called.
    site: Site,
    /// The lock is a condvar's now.
    asleep: bool,
    not_send: PhantomData<*const ()>,
}

impl<'a, T> MutexGuard<'a, T> {
    /// Gives the mutex back, sleeps on that condvar, and takes the mutex again.
    pub(super) fn sleep(mut self, condvar: ObjectId, site: Site) -> Self {
        if is_unwinding() {
            return self;
        }
        self.asleep = true; // if the run ends now, there is nothing to unlock
        let mutex = self.mutex;
        step(Op::Wait(mutex.object), condvar, site, |state, me, _| {
            mutex.unlock(state, me);
            state.sleep(me, condvar);
            let names = (state.name(mutex.object), state.name(condvar));
            state.effect(format!(
                "gives `{}` back and sleeps on `{}`",
                names.0, names.1
            ));
        });
        // A notification turns this step into locking again.
        step(Op::Asleep(mutex.object), condvar, site, |state, me, _| {
            state.take(me, mutex.object);
        });
        self.asleep = false;
        self
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one, and is borrowed for as long as the reference lives.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and it is borrowed mutably.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if self.asleep || is_unwinding() {
            return;
        }
        let mutex = self.mutex;
        step(Op::Unlock, mutex.object, self.site, |state, me, _| {
            mutex.unlock(state, me);
            let (name, value) = (state.name(mutex.object), state.value(mutex.object));
            state.effect(match value.strip_suffix(", free") {
                Some(value) => format!("unlocks `{name}`, and leaves {value}"),
                None => format!("unlocks `{name}`"),
            });
        });
    }
}

impl<T> Named for Mutex<T> {
    fn object(&self) -> usize {
        self.object
    }
}
