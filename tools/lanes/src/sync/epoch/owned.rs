use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

use super::slot::Slot;
use super::{Guard, Pointer, Shared};
use crate::context;
use crate::step::{Op, Site};

/// An owned value on the heap, as in a `Box`.
pub struct Owned<T> {
    slot: *mut Slot<T>,
    /// Where it came to be owned: a destructor cannot know where it runs.
    site: Site,
    _owns: PhantomData<T>,
}

// SAFETY: as `Box`: exclusively owned, so it moves with its value.
unsafe impl<T: Send> Send for Owned<T> {}
// SAFETY: as `Box`: a shared reference gives `&T` and nothing more.
unsafe impl<T: Sync> Sync for Owned<T> {}

impl<T> Owned<T> {
    /// A new value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self::to(Slot::make(value, Location::caller()))
    }

    #[track_caller]
    pub(super) fn to(slot: *mut Slot<T>) -> Self {
        Self {
            slot,
            site: Location::caller(),
            _owns: PhantomData,
        }
    }

    pub(super) fn into_slot(self) -> *mut Slot<T> {
        ManuallyDrop::new(self).slot
    }

    /// A pointer that can be copied. It no longer frees the value: that is left to the caller.
    pub fn into_shared<'g>(self, _: &'g Guard) -> Shared<'g, T> {
        Shared::to(self.into_slot())
    }

    /// The value in an ordinary box.
    #[track_caller]
    pub fn into_box(self) -> Box<T> {
        // SAFETY: a slot stays allocated as long as the execution.
        let slot = unsafe { &*self.into_slot() };
        // SAFETY: exclusively owned until `into_slot`, which has consumed it; so this is the only `free`.
        Box::new(unsafe { slot.free(Location::caller()) })
    }
}

impl<T> Deref for Owned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: a slot stays allocated as long as the execution.
        let slot = unsafe { &*self.slot };
        // SAFETY: exclusively owned: not freed yet, and no other reference to it exists but shared borrows of `self`.
        unsafe { &*slot.value() }
    }
}

impl<T> DerefMut for Owned<T> {
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`.
        let slot = unsafe { &*self.slot };
        slot.access(Op::CellWrite, Location::caller());
        // SAFETY: exclusively owned, and `self` is borrowed mutably: no other reference exists.
        unsafe { &mut *slot.value() }
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // While a panic unwinds the value is leaked: to drop it could mean a step.
        if !context::is_over() {
            // SAFETY: exclusively owned, and dropped once; no other pointer frees it.
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
