//! Pointers to nodes that threads share, and the nodes.

use std::alloc::Layout;
use std::cell::{Cell, RefCell, UnsafeCell};
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::ptr;

use super::Guard;
use crate::context::{self, begin};
use crate::step::{ObjectId, ObjectKind, Op, Site, Step};
use crate::sync::alloc::Life;
use crate::sync::atomic::{AtomicPtr, Ordering};
use crate::sync::name::{Named, Object};

/// A value with the memory that it lies in.
struct Slot<T> {
    /// `None` once it was freed.
    life: Cell<Option<Life>>,
    id: ObjectId,
    /// Loom's half: who has looked at it, and who has changed it, when.
    access: loom::cell::UnsafeCell<()>,
    value: UnsafeCell<ManuallyDrop<T>>,
}

thread_local! {
    /// The memory of all slots of an execution. To look at one that was freed is a bug in the program, and must not
    /// be one of the checker.
    static SLOTS: RefCell<Vec<(*mut u8, Layout)>> = const { RefCell::new(Vec::new()) };
}

/// Frees the memory of the execution before.
pub(super) fn start_execution() {
    for (slot, layout) in SLOTS.take() {
        // SAFETY: a box made it, nobody has freed it, and the execution that knew of it has ended.
        unsafe { std::alloc::dealloc(slot, layout) };
    }
}

impl<T> Slot<T> {
    fn make(value: T, site: Site) -> *mut Self {
        let life = Life::begin(ObjectKind::Allocation, site);
        let slot = Box::into_raw(Box::new(Self {
            id: life.id(),
            life: Cell::new(Some(life)),
            access: loom::cell::UnsafeCell::new(()),
            value: UnsafeCell::new(ManuallyDrop::new(value)),
        }));
        SLOTS.with_borrow_mut(|slots| slots.push((slot.cast(), Layout::new::<Self>())));
        slot
    }

    fn is_freed(&self) -> bool {
        let life = self.life.take();
        let freed = life.is_none();
        self.life.set(life);
        freed
    }

    /// Takes the step `op`, which reads, or writes, or frees.
    #[track_caller]
    fn access(&self, op: Op, site: Site) {
        if context::unwinding() {
            return;
        }
        let step = begin(site, || Step::new(op, site).on(self.id));
        if self.is_freed() {
            step.end(|_| {});
            let what = if op == Op::Free {
                "freed twice"
            } else {
                "use after free"
            };
            panic!("{what}: this memory has been freed already");
        }
        match op {
            Op::CellRead => self.access.with(|_| step.end(|_| {})),
            _ => self.access.with_mut(|_| step.end(|_| {})),
        };
    }

    /// Moves the value out, and frees the memory.
    ///
    /// # Safety
    ///
    /// Nobody moves it out a second time.
    unsafe fn take(&self, site: Site) -> T {
        self.access(Op::Free, site);
        if let Some(life) = self.life.take() {
            life.end_unnoted();
        }
        // SAFETY: all threads of a model share one thread of the machine, so nobody else has it borrowed.
        let value = unsafe { &mut *self.value.get() };
        // SAFETY: the caller's promise.
        unsafe { ManuallyDrop::take(value) }
    }
}

/// An atomic pointer to a `T`, or null.
pub struct Atomic<T> {
    pointer: AtomicPtr<Slot<T>>,
    _shares: PhantomData<*mut T>,
}

// SAFETY: as `crossbeam_epoch`'s: whoever has the pointer can reach the value from any thread, and take it.
unsafe impl<T: Send + Sync> Send for Atomic<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Atomic<T> {}

impl<T> Atomic<T> {
    /// A pointer that leads nowhere.
    #[track_caller]
    pub fn null() -> Self {
        Self::to(ptr::null_mut())
    }

    /// A pointer to a new value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self::to(Slot::make(value, Location::caller()))
    }

    #[track_caller]
    fn to(slot: *mut Slot<T>) -> Self {
        Self {
            pointer: AtomicPtr::new(slot),
            _shares: PhantomData,
        }
    }

    /// Reads the pointer. What it leads to is there for as long as the guard, if the guard was there first.
    #[track_caller]
    pub fn load<'g>(&self, order: Ordering, _: &'g Guard) -> Shared<'g, T> {
        Shared::to(self.pointer.load(order))
    }

    /// Writes a pointer.
    #[track_caller]
    pub fn store<P: Pointer<T>>(&self, new: P, order: Ordering) {
        self.pointer.store(new.into_address().cast(), order);
    }

    /// Writes a pointer; returns the old one.
    #[track_caller]
    pub fn swap<'g, P: Pointer<T>>(&self, new: P, order: Ordering, _: &'g Guard) -> Shared<'g, T> {
        Shared::to(self.pointer.swap(new.into_address().cast(), order))
    }

    /// Writes `new` if the pointer is `current`; returns what was written.
    ///
    /// # Errors
    ///
    /// What the pointer is, and `new` back, if it is another.
    #[track_caller]
    pub fn compare_exchange<'g, P: Pointer<T>>(
        &self,
        current: Shared<'_, T>,
        new: P,
        success: Ordering,
        failure: Ordering,
        _: &'g Guard,
    ) -> Result<Shared<'g, T>, CompareExchangeError<'g, T, P>> {
        let new = new.into_address();
        let done = self
            .pointer
            .compare_exchange(current.slot, new.cast(), success, failure);
        Self::exchanged(done, new)
    }

    /// As [`Atomic::compare_exchange`], and may fail without a reason.
    ///
    /// # Errors
    ///
    /// As there.
    #[track_caller]
    pub fn compare_exchange_weak<'g, P: Pointer<T>>(
        &self,
        current: Shared<'_, T>,
        new: P,
        success: Ordering,
        failure: Ordering,
        _: &'g Guard,
    ) -> Result<Shared<'g, T>, CompareExchangeError<'g, T, P>> {
        let new = new.into_address();
        let done = self
            .pointer
            .compare_exchange_weak(current.slot, new.cast(), success, failure);
        Self::exchanged(done, new)
    }

    #[track_caller]
    fn exchanged<'g, P: Pointer<T>>(
        done: Result<*mut Slot<T>, *mut Slot<T>>,
        new: *mut (),
    ) -> Result<Shared<'g, T>, CompareExchangeError<'g, T, P>> {
        match done {
            Ok(_) => Ok(Shared::to(new.cast())),
            Err(current) => Err(CompareExchangeError {
                current: Shared::to(current),
                // SAFETY: the address that it was made into, and it went nowhere.
                new: unsafe { P::from_address(new) },
            }),
        }
    }

    /// The value itself, from an owner.
    ///
    /// # Safety
    ///
    /// The pointer is not null, and nobody else reaches the value.
    #[track_caller]
    pub unsafe fn into_owned(self) -> Owned<T> {
        Owned::to(self.pointer.into_inner())
    }

    /// The value itself, from an owner, if the pointer leads anywhere.
    ///
    /// # Safety
    ///
    /// Nobody else reaches the value.
    #[track_caller]
    pub unsafe fn try_into_owned(self) -> Option<Owned<T>> {
        let slot = self.pointer.into_inner();
        (!slot.is_null()).then(|| Owned::to(slot))
    }
}

impl<T> Default for Atomic<T> {
    #[track_caller]
    fn default() -> Self {
        Self::null()
    }
}

impl<T> From<Owned<T>> for Atomic<T> {
    #[track_caller]
    fn from(owned: Owned<T>) -> Self {
        Self::to(owned.into_slot())
    }
}

impl<T> From<Shared<'_, T>> for Atomic<T> {
    #[track_caller]
    fn from(shared: Shared<'_, T>) -> Self {
        Self::to(shared.slot)
    }
}

impl<T> fmt::Debug for Atomic<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pointer.fmt(f)
    }
}

impl<T> Named for Atomic<T> {
    fn object(&self) -> Object {
        self.pointer.object()
    }
}

/// What a compare-exchange found instead, and what it should have written.
pub struct CompareExchangeError<'g, T, P: Pointer<T>> {
    /// What the pointer is.
    pub current: Shared<'g, T>,
    /// What was not written.
    pub new: P,
}

impl<T, P: Pointer<T>> fmt::Debug for CompareExchangeError<'_, T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompareExchangeError")
            .finish_non_exhaustive()
    }
}

/// What can be written into an [`Atomic`]: an [`Owned`] or a [`Shared`].
pub trait Pointer<T> {
    #[doc(hidden)]
    fn into_address(self) -> *mut ();

    /// # Safety
    ///
    /// The address comes from `into_address` of the same type, and is used once.
    #[doc(hidden)]
    unsafe fn from_address(address: *mut ()) -> Self;
}

/// A value on the heap that belongs to whoever has this, as in a `Box`.
pub struct Owned<T> {
    slot: *mut Slot<T>,
    /// Where it became somebody's own: a destructor cannot know where it runs.
    site: Site,
    _owns: PhantomData<T>,
}

// SAFETY: as a box.
unsafe impl<T: Send> Send for Owned<T> {}
// SAFETY: as a box.
unsafe impl<T: Sync> Sync for Owned<T> {}

impl<T> Owned<T> {
    /// A new value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self::to(Slot::make(value, Location::caller()))
    }

    #[track_caller]
    fn to(slot: *mut Slot<T>) -> Self {
        Self {
            slot,
            site: Location::caller(),
            _owns: PhantomData,
        }
    }

    fn into_slot(self) -> *mut Slot<T> {
        ManuallyDrop::new(self).slot
    }

    /// A pointer that can be copied. Somebody else has to free the value now.
    pub fn into_shared<'g>(self, _: &'g Guard) -> Shared<'g, T> {
        Shared::to(self.into_slot())
    }

    /// The value in an ordinary box.
    #[track_caller]
    pub fn into_box(self) -> Box<T> {
        // SAFETY: a slot lives as long as the execution.
        let slot = unsafe { &*self.into_slot() };
        // SAFETY: it was owned, and is so no more.
        Box::new(unsafe { slot.take(Location::caller()) })
    }
}

impl<T> Deref for Owned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: a slot lives as long as the execution.
        let slot = unsafe { &*self.slot };
        // SAFETY: whoever owns it has not freed it; and nobody else changes it.
        unsafe { &*slot.value.get() }
    }
}

impl<T> DerefMut for Owned<T> {
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`.
        let slot = unsafe { &*self.slot };
        slot.access(Op::CellWrite, Location::caller());
        // SAFETY: as in `deref`; and it is borrowed mutably.
        unsafe { &mut *slot.value.get() }
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // While a panic unwinds the value is leaked: to drop it could mean a step.
        if !context::unwinding() {
            // SAFETY: it was owned, and nobody has it any more.
            unsafe { Shared::to(self.slot).free(self.site) };
        }
    }
}

impl<T> Pointer<T> for Owned<T> {
    fn into_address(self) -> *mut () {
        self.into_slot().cast()
    }

    #[track_caller]
    unsafe fn from_address(address: *mut ()) -> Self {
        Self::to(address.cast())
    }
}

impl<T: fmt::Debug> fmt::Debug for Owned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// A pointer to a value, or null, that is good for as long as a guard.
pub struct Shared<'g, T> {
    slot: *mut Slot<T>,
    _guard: PhantomData<(&'g (), *const T)>,
}

impl<'g, T> Shared<'g, T> {
    /// A pointer that leads nowhere.
    pub fn null() -> Self {
        Self::to(ptr::null_mut())
    }

    fn to(slot: *mut Slot<T>) -> Self {
        Self {
            slot,
            _guard: PhantomData,
        }
    }

    /// Whether it leads nowhere.
    pub fn is_null(&self) -> bool {
        self.slot.is_null()
    }

    /// The value.
    ///
    /// # Safety
    ///
    /// The pointer is not null. The value is not freed or changed while the guard is alive.
    #[track_caller]
    pub unsafe fn deref(&self) -> &'g T {
        // SAFETY: not null, by the caller's promise; and a slot lives as long as the execution.
        let slot = unsafe { &*self.slot };
        slot.access(Op::CellRead, Location::caller());
        // SAFETY: all threads of a model share one thread of the machine; so nobody changes it now.
        unsafe { &*slot.value.get() }
    }

    /// The value, if there is one.
    ///
    /// # Safety
    ///
    /// As for [`Shared::deref`], but for null.
    #[track_caller]
    pub unsafe fn as_ref(&self) -> Option<&'g T> {
        if self.is_null() {
            return None;
        }
        // SAFETY: the caller's promise, and it is not null.
        Some(unsafe { self.deref() })
    }

    /// The value itself.
    ///
    /// # Safety
    ///
    /// The pointer is not null, and nobody else reaches the value.
    #[track_caller]
    pub unsafe fn into_owned(self) -> Owned<T> {
        Owned::to(self.slot)
    }

    /// The name of the slot for a report.
    ///
    /// # Safety
    ///
    /// The pointer is null, or leads to a slot of this execution.
    pub(super) unsafe fn id(&self) -> Option<ObjectId> {
        // SAFETY: the caller's promise.
        unsafe { self.slot.as_ref() }.map(|slot| slot.id)
    }

    /// Drops the value, and frees its memory, as the line `site` has asked for.
    ///
    /// # Safety
    ///
    /// The pointer is not null, and nobody else frees the value.
    pub(super) unsafe fn free(self, site: Site) {
        // SAFETY: the caller's promise; and a slot lives as long as the execution.
        let slot = unsafe { &*self.slot };
        // SAFETY: the caller's promise.
        drop(unsafe { slot.take(site) });
    }
}

impl<T> Pointer<T> for Shared<'_, T> {
    fn into_address(self) -> *mut () {
        self.slot.cast()
    }

    unsafe fn from_address(address: *mut ()) -> Self {
        Self::to(address.cast())
    }
}

impl<T> Clone for Shared<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<'_, T> {}

impl<T> PartialEq for Shared<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.slot == other.slot
    }
}

impl<T> Eq for Shared<'_, T> {}

impl<T> fmt::Debug for Shared<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.slot.fmt(f)
    }
}
