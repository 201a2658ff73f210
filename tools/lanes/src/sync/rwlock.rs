use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{LockResult, TryLockError, TryLockResult};

use explorer::raw::{self, Content, Hold};

use super::identity::Identity;
use super::name::{Named, Object, Shown};
use crate::context::{self, begin};
use crate::step::{Access, ObjectKind, Op, Site, Step, Value};

/// A lock for many readers or one writer. Never poisoned: a panic ends the model.
pub struct RwLock<T: ?Sized> {
    backing: Backing,
    id: Identity,
    /// What is inside, as the other engine compares it.
    content: fn(*const T) -> Content,
    /// What is inside, as a report shows it.
    shown: Cell<fn(*const T) -> Value>,
    /// The threads that read, one bit each.
    readers: Cell<u64>,
    value: UnsafeCell<T>,
}

/// A lock of the engine that runs the model.
enum Backing {
    Loom(loom::sync::RwLock<()>),
    Explorer(raw::Lock),
}

/// What holds a lock until it is released; loom's guards do that by their drop.
enum Held<'a> {
    Reads {
        _loom: loom::sync::RwLockReadGuard<'a, ()>,
    },
    Writes {
        _loom: loom::sync::RwLockWriteGuard<'a, ()>,
    },
    Explorer(&'a raw::Lock, Hold),
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
        let id = Identity::new::<T>(ObjectKind::RwLock, initial);
        Self {
            backing: match context::explores() {
                true => Backing::Explorer(raw::Lock::new(raw::content_of(&value))),
                false => Backing::Loom(loom::sync::RwLock::new(())),
            },
            id,
            // SAFETY: called by a write guard only, which is exclusive: valid for reads, and initialised.
            content: |place| unsafe { raw::content_at(place) },
            // SAFETY: called by those who hold the lock: valid for reads, and initialised. All threads of a model share one thread
            // of the machine, so no other thread is writing now.
            shown: Cell::new(|place| unsafe { Value::peek(place) }),
            readers: Cell::new(0),
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
    ///
    /// # Panics
    ///
    /// Panics if this thread reads already. `std`'s lock may panic, too, or wait for ever: a writer that waits in between lets
    /// no new reader in. [`try_read`](Self::try_read) never waits.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let site = Location::caller();
        if !context::unwinding() && self.readers.get() & self.me() != 0 {
            panic!(
                "`read` by a thread that reads already: if a writer waits in between, `std`'s lock waits for ever"
            );
        }
        let held = self.take(Access::Read, site);
        self.readers.set(self.readers.get() | self.me());
        Ok(RwLockReadGuard {
            lock: self,
            held,
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
        let held = self.try_take(Access::Read, site)?;
        Ok(RwLockReadGuard {
            lock: self,
            held,
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
        let held = self.take(Access::Write, site);
        Ok(RwLockWriteGuard {
            lock: self,
            held,
            written: Cell::new(false),
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
        let held = self.try_take(Access::Write, site)?;
        Ok(RwLockWriteGuard {
            lock: self,
            held,
            written: Cell::new(false),
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

    /// The bit of the running thread. There are fewer than 64.
    fn me(&self) -> u64 {
        1 << (context::current() % 64)
    }

    /// Whether a thread panicked while it held the lock: never, in a model.
    pub fn is_poisoned(&self) -> bool {
        false
    }

    /// Does nothing, for want of poison.
    pub fn clear_poison(&self) {}

    /// Takes the lock; `None` only while a panic unwinds.
    fn take(&self, access: Access, site: Site) -> Option<Held<'_>> {
        if context::unwinding() {
            return None;
        }
        self.id.reach(site);
        let step = begin(site, || Step::new(Op::Lock(access), site).on(self.id));
        let held = self.backing.lock(access);
        step.end(|step| step.read = self.shown());
        held
    }

    fn try_take<E>(&self, access: Access, site: Site) -> Result<Option<Held<'_>>, TryLockError<E>> {
        if context::unwinding() {
            return Ok(None);
        }
        self.id.reach(site);
        let step = begin(site, || Step::new(Op::TryLock(access), site).on(self.id));
        let held = self.backing.try_lock(access);
        step.end(|step| match held {
            Some(_) => step.read = self.shown(),
            None => step.succeeded = false,
        });
        held.map(Some).ok_or(TryLockError::WouldBlock)
    }

    fn release(&self, access: Access, site: Site, held: Option<Held<'_>>, content: Content) {
        if context::is_over() || !self.id.is_of_now() {
            return std::mem::forget(held);
        }
        self.id.reach(site);
        let step = begin(site, || Step::new(Op::Unlock(access), site).on(self.id));
        match held {
            Some(Held::Explorer(lock, hold)) => lock.unlock(hold, content),
            held => drop(held),
        }
        step.end(|step| {
            if access == Access::Write {
                step.wrote = self.shown();
            }
        });
    }

    /// loom cannot: a writer may come in between.
    fn downgrade<'a>(
        &'a self,
        held: Option<Held<'a>>,
        content: Content,
        site: Site,
    ) -> Option<Held<'a>> {
        if context::unwinding() {
            std::mem::forget(held);
            return None;
        }
        self.id.reach(site);
        let step = begin(site, || Step::new(Op::Downgrade, site).on(self.id));
        let held = match held {
            Some(Held::Explorer(lock, _)) => {
                lock.downgrade(content);
                Some(Held::Explorer(lock, Hold::Shared))
            }
            held => {
                drop(held);
                self.backing.lock(Access::Read)
            }
        };
        step.end(|_| {});
        held
    }

    fn shown(&self) -> Value {
        (self.shown.get())(self.value.get())
    }
}

impl Backing {
    fn lock(&self, access: Access) -> Option<Held<'_>> {
        match (self, access) {
            (Backing::Loom(loom), Access::Read) => {
                loom.read().ok().map(|_loom| Held::Reads { _loom })
            }
            (Backing::Loom(loom), _) => loom.write().ok().map(|_loom| Held::Writes { _loom }),
            (Backing::Explorer(lock), access) => {
                lock.lock(hold(access));
                Some(Held::Explorer(lock, hold(access)))
            }
        }
    }

    fn try_lock(&self, access: Access) -> Option<Held<'_>> {
        match (self, access) {
            (Backing::Loom(loom), Access::Read) => {
                loom.try_read().ok().map(|_loom| Held::Reads { _loom })
            }
            (Backing::Loom(loom), _) => loom.try_write().ok().map(|_loom| Held::Writes { _loom }),
            (Backing::Explorer(lock), access) => lock
                .try_lock(hold(access))
                .then(|| Held::Explorer(lock, hold(access))),
        }
    }
}

fn hold(access: Access) -> Hold {
    match access {
        Access::Read => Hold::Shared,
        Access::Write | Access::Mutex => Hold::Exclusive,
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

impl<T: fmt::Debug> Shown for RwLock<T> {
    fn show(&self) {
        // SAFETY: as in `new`.
        self.shown.set(|place| Value::text(unsafe { &*place }));
    }
}

impl<T: ?Sized> Named for RwLock<T> {
    fn object(&self) -> Object {
        Object(self.id.into())
    }
}

/// Proof that this thread may read; unlocks on drop.
#[must_use = "a guard that is not bound to a name unlocks at once"]
pub struct RwLockReadGuard<'a, T: ?Sized> {
    lock: &'a RwLock<T>,
    held: Option<Held<'a>>,
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
        let held = self.held.take();
        let readers = &self.lock.readers;
        readers.set(readers.get() & !self.lock.me());
        self.lock
            .release(Access::Read, self.site, held, Content::Same);
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
    held: Option<Held<'a>>,
    /// Whether it was used to change the value.
    written: Cell<bool>,
    site: Site,
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared reference to the guard gives `&T` and nothing more.
unsafe impl<T: ?Sized + Sync> Sync for RwLockWriteGuard<'_, T> {}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// Reads from here on, together with others. No writer comes in between.
    #[track_caller]
    pub fn downgrade(this: Self) -> RwLockReadGuard<'a, T> {
        let site = Location::caller();
        let content = this.content();
        let mut this = std::mem::ManuallyDrop::new(this);
        let (lock, held) = (this.lock, this.held.take());
        let held = lock.downgrade(held, content, site);
        lock.readers.set(lock.readers.get() | lock.me());
        RwLockReadGuard {
            lock,
            held,
            site,
            not_send: PhantomData,
        }
    }

    /// What it leaves inside.
    fn content(&self) -> Content {
        match self.written.get() {
            true => (self.lock.content)(self.lock.value.get()),
            false => Content::Same,
        }
    }
}

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
        self.written.set(true);
        // SAFETY: as in `deref`; and the guard is borrowed mutably.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T: ?Sized> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        let content = self.content();
        let held = self.held.take();
        self.lock.release(Access::Write, self.site, held, content);
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
