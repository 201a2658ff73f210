use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::ptr;

use super::slot::Slot;
use super::{Owned, Pointer};
use crate::step::{ObjectId, Op, Site};

/// A pointer to a value, or null, that is good for as long as a guard.
pub struct Shared<'g, T> {
    /// With a tag in its low bits.
    pub(super) slot: *mut Slot<T>,
    _guard: PhantomData<(&'g (), *const T)>,
}

impl<'g, T> Shared<'g, T> {
    /// A pointer that leads nowhere.
    pub fn null() -> Self {
        Self::to(ptr::null_mut())
    }

    pub(super) fn to(slot: *mut Slot<T>) -> Self {
        Self {
            slot,
            _guard: PhantomData,
        }
    }

    /// Where it leads, without the tag.
    fn slot(&self) -> *mut Slot<T> {
        untagged(self.slot)
    }

    /// Whether it leads nowhere.
    pub fn is_null(&self) -> bool {
        self.slot().is_null()
    }

    /// The value's address. To follow it is not noticed.
    pub fn as_raw(&self) -> *const T {
        // SAFETY: null, or a slot, which stays allocated as long as the execution.
        let slot = unsafe { self.slot().as_ref() };
        slot.map_or(ptr::null(), |slot| slot.value())
    }

    /// The number that the pointer carries: it has as many bits as there are zeros at the end of every address of a `T`.
    pub fn tag(&self) -> usize {
        self.slot.addr() & tag_bits::<T>()
    }

    /// The same pointer, which carries that number. Bits that do not fit are left out.
    pub fn with_tag(&self, tag: usize) -> Self {
        let tag = tag & tag_bits::<T>();
        Self::to(self.slot().map_addr(|address| address | tag))
    }

    /// The value.
    ///
    /// # Safety
    ///
    /// The pointer is not null. The value is not freed or changed while the guard is alive.
    #[track_caller]
    pub unsafe fn deref(&self) -> &'g T {
        // SAFETY: not null, by the caller's contract; and a slot stays allocated as long as the execution.
        let slot = unsafe { &*self.slot() };
        slot.access(Op::CellRead, Location::caller());
        // SAFETY: the value is neither freed nor changed while the guard is alive, by the caller's contract.
        unsafe { &*slot.value() }
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
        // SAFETY: not null; the rest is the caller's contract.
        Some(unsafe { self.deref() })
    }

    /// The value itself.
    ///
    /// # Safety
    ///
    /// The pointer is not null, and no other thread reaches the value.
    #[track_caller]
    pub unsafe fn into_owned(self) -> Owned<T> {
        Owned::to(self.slot())
    }

    /// The name of the slot for a report.
    ///
    /// # Safety
    ///
    /// The pointer is null, or leads to a slot of this execution.
    pub(super) unsafe fn id(&self) -> Option<ObjectId> {
        // SAFETY: null, or a slot of this execution, by the caller's contract; and that stays allocated.
        unsafe { self.slot().as_ref() }.map(Slot::id)
    }

    /// Drops the value, and frees its memory, as the line `site` has asked for.
    ///
    /// # Safety
    ///
    /// The pointer is not null, and nothing else frees the value.
    pub(super) unsafe fn free(self, site: Site) {
        // SAFETY: not null, by the caller's contract; and a slot stays allocated as long as the execution.
        let slot = unsafe { &*self.slot() };
        // SAFETY: nothing else frees the value, by the caller's contract.
        drop(unsafe { slot.free(site) });
    }
}

/// The bits that a tag may have, as in the production crate; a slot's own address has three.
pub(super) fn tag_bits<T>() -> usize {
    (align_of::<T>() - 1) & 7
}

fn untagged<T>(slot: *mut Slot<T>) -> *mut Slot<T> {
    slot.map_addr(|address| address & !7)
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
