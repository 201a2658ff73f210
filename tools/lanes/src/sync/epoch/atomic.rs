//! The pointers that nodes are reached by.

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::ptr;

use super::shared::tag_bits;
use super::slot::Slot;
use super::{Guard, Owned, Shared};
use crate::sync::atomic::{AtomicPtr, Ordering};
use crate::sync::name::{Named, Object};

/// An atomic pointer to a `T`, or null.
pub struct Atomic<T> {
    pointer: AtomicPtr<Slot<T>>,
    _shares: PhantomData<*mut T>,
}

// SAFETY: as `crossbeam_epoch`'s. Any thread can reach the value through the pointer, which `T: Sync` allows, and take
// it, which `T: Send` allows.
unsafe impl<T: Send + Sync> Send for Atomic<T> {}
// SAFETY: as for `Send`.
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
                // SAFETY:
                // - `new` comes from `P::into_address`.
                // - The exchange failed, so the address was not published: it is used here, once.
                new: unsafe { P::from_address(new) },
            }),
        }
    }

    /// Replaces the pointer by what `update` makes of it, trying again when another thread was faster, until `update` returns
    /// `None`. Returns what was written.
    ///
    /// # Errors
    ///
    /// The pointer for which `update` returned `None`.
    #[track_caller]
    pub fn fetch_update<'g>(
        &self,
        set_order: Ordering,
        fetch_order: Ordering,
        guard: &'g Guard,
        mut update: impl FnMut(Shared<'g, T>) -> Option<Shared<'g, T>>,
    ) -> Result<Shared<'g, T>, Shared<'g, T>> {
        let mut old = self.load(fetch_order, guard);
        while let Some(new) = update(old) {
            match self.compare_exchange(old, new, set_order, fetch_order, guard) {
                Ok(written) => return Ok(written),
                Err(lost) => old = lost.current,
            }
        }
        Err(old)
    }

    /// Bitwise or of the tag; returns the old pointer.
    #[track_caller]
    pub fn fetch_or<'g>(&self, tag: usize, order: Ordering, _: &'g Guard) -> Shared<'g, T> {
        Shared::to(self.pointer.fetch_or(tag & tag_bits::<T>(), order))
    }

    /// The value itself, from an owner.
    ///
    /// # Safety
    ///
    /// The pointer is not null, and no other thread reaches the value.
    #[track_caller]
    pub unsafe fn into_owned(self) -> Owned<T> {
        // SAFETY: the caller's contract is the same.
        unsafe { Shared::to(self.pointer.into_inner()).into_owned() }
    }

    /// The value itself, from an owner, if the pointer leads anywhere.
    ///
    /// # Safety
    ///
    /// No other thread reaches the value.
    #[track_caller]
    pub unsafe fn try_into_owned(self) -> Option<Owned<T>> {
        let shared = Shared::to(self.pointer.into_inner());
        // SAFETY: not null; the rest is the caller's contract.
        (!shared.is_null()).then(|| unsafe { shared.into_owned() })
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
