use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{LockResult, TryLockError, TryLockResult};

use explorer::raw::{self, Content, Hold};

use super::identity::Identity;
use super::name::{Named, Object, Shown};
use super::snapshot::Snapshot;
use crate::context::{self, begin};
use crate::step::{Access, ObjectId, ObjectKind, Op, Site, Step, Value};

/// A mutual-exclusion lock. Never poisoned: a panic ends the model.
pub struct Mutex<T: ?Sized> {
    pub(super) backing: Backing,
    id: Identity,
    /// What is inside, as the other engine compares it.
    content: fn(*const T) -> Content,
    /// What is inside, as a report shows it.
    shown: Cell<fn(*const T) -> Value>,
    value: UnsafeCell<T>,
}

/// A mutex of the engine that runs the model.
pub(super) enum Backing {
    Loom(loom::sync::Mutex<()>),
    Explorer(raw::Lock),
}

// SAFETY: the mutex owns its value, and moves with it, which `T: Send` allows.
unsafe impl<T: ?Sized + Send> Send for Mutex<T> {}
// SAFETY: at most one guard at a time reaches the value, and hands it from thread to thread, which `T: Send` allows.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    #[track_caller]
    pub fn new(value: T) -> Self {
        // SAFETY: a reference is valid for reads, and initialised.
        let initial = unsafe { Value::peek(&value) };
        let id = Identity::new::<T>(ObjectKind::Mutex, initial);
        Self {
            backing: match context::explores() {
                true => Backing::Explorer(raw::Lock::new(raw::content_of(&value))),
                false => Backing::Loom(loom::sync::Mutex::new(())),
            },
            id,
            // SAFETY: called by a guard only, which is exclusive: valid for reads, and initialised.
            content: |place| unsafe { raw::content_at(place) },
            // SAFETY: as above.
            shown: Cell::new(|place| unsafe { Value::peek(place) }),
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

impl<T: ?Sized> Mutex<T> {
    /// Locks, waiting for as long as another thread holds the lock.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let site = Location::caller();
        if context::unwinding() {
            return Ok(self.guard(None, site));
        }
        self.id.reach(site);
        let step = begin(site, || {
            Step::new(Op::Lock(Access::Mutex), site).on(self.id)
        });
        let guard = self.guard(Some(self.backing.lock()), site);
        step.end(|step| step.read = guard.shown());
        Ok(guard)
    }

    /// Locks if no thread holds the lock.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if one does.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let site = Location::caller();
        if context::unwinding() {
            return Ok(self.guard(None, site));
        }
        self.id.reach(site);
        let step = begin(site, || {
            Step::new(Op::TryLock(Access::Mutex), site).on(self.id)
        });
        let Some(held) = self.backing.try_lock() else {
            step.end(|step| step.succeeded = false);
            return Err(TryLockError::WouldBlock);
        };
        let guard = self.guard(Some(held), site);
        step.end(|step| step.read = guard.shown());
        Ok(guard)
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

    pub(super) fn id(&self) -> ObjectId {
        self.id.into()
    }

    pub(super) fn guard<'a>(&'a self, held: Option<Held<'a>>, site: Site) -> MutexGuard<'a, T> {
        MutexGuard {
            mutex: self,
            held,
            written: Cell::new(false),
            woken: None,
            site,
            not_send: PhantomData,
        }
    }
}

/// A lock that is held.
pub(super) enum Held<'a> {
    Loom(loom::sync::MutexGuard<'a, ()>),
    Explorer(&'a raw::Lock),
}

impl Backing {
    pub(super) fn lock(&self) -> Held<'_> {
        match self {
            Backing::Loom(loom) => Held::Loom(loom.lock().expect("loom's mutex is never poisoned")),
            Backing::Explorer(lock) => {
                lock.lock(Hold::Exclusive);
                Held::Explorer(lock)
            }
        }
    }

    fn try_lock(&self) -> Option<Held<'_>> {
        match self {
            Backing::Loom(loom) => loom.try_lock().ok().map(Held::Loom),
            Backing::Explorer(lock) => lock
                .try_lock(Hold::Exclusive)
                .then_some(Held::Explorer(lock)),
        }
    }
}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex").finish_non_exhaustive()
    }
}

impl<T: fmt::Debug> Shown for Mutex<T> {
    fn show(&self) {
        // SAFETY: called by a guard only, which is exclusive: valid for reads, and initialised.
        self.shown.set(|place| Value::text(unsafe { &*place }));
    }
}

impl<T: ?Sized> Named for Mutex<T> {
    fn object(&self) -> Object {
        Object(self.id.into())
    }
}

/// Proof that this thread holds a [`Mutex`]; unlocks it on drop.
#[must_use = "a guard that is not bound to a name unlocks at once"]
pub struct MutexGuard<'a, T: ?Sized> {
    pub(super) mutex: &'a Mutex<T>,
    /// `None` only while a panic unwinds.
    pub(super) held: Option<Held<'a>>,
    /// Whether it was used to change the value.
    written: Cell<bool>,
    /// What was inside when the wait ended that has returned this guard, and where that was called.
    woken: Option<(Snapshot, Site)>,
    /// Where it was locked: a destructor cannot know where it runs.
    pub(super) site: Site,
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared reference to the guard gives `&T` and nothing more.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

impl<T: ?Sized> MutexGuard<'_, T> {
    pub(super) fn shown(&self) -> Value {
        (self.mutex.shown.get())(self.mutex.value.get())
    }

    /// What it leaves inside, if it lets go now.
    pub(super) fn content(&self) -> Content {
        match self.written.get() {
            true => (self.mutex.content)(self.mutex.value.get()),
            false => Content::Same,
        }
    }
}

impl<T> MutexGuard<'_, T> {
    /// Notes what is inside, after a wait that was called there.
    pub(super) fn woke(&mut self, site: Site) {
        self.woken = Some((Snapshot::of(self.mutex.value.get()), site));
    }

    /// What it leaves inside if it waits there.
    ///
    /// A loop that takes what there is, or waits, borrows the value mutably though it changes nothing. If a thread comes
    /// back to the same wait, and the value is byte for byte what it was when the last one ended, it counts as unchanged.
    pub(super) fn content_at_wait(&self, site: Site) -> Content {
        let place = self.mutex.value.get();
        match &self.woken {
            Some((before, at)) if *at == site && before.is_like(place) => Content::Same,
            _ => self.content(),
        }
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the guard is exclusive: no other reference exists. While a panic unwinds a second guard can be made,
        // but the thread that holds the first never runs again.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.written.set(true);
        // SAFETY: as in `deref`; and the guard is borrowed mutably.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        let held = self.held.take();
        if context::is_over() || !self.mutex.id.is_of_now() {
            return std::mem::forget(held);
        }
        let site = self.site;
        self.mutex.id.reach(site);
        let id = self.mutex.id;
        let step = begin(site, || Step::new(Op::Unlock(Access::Mutex), site).on(id));
        match held {
            Some(Held::Explorer(lock)) => lock.unlock(Hold::Exclusive, self.content()),
            held => drop(held),
        }
        step.end(|step| step.wrote = self.shown());
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
