//! Allocations whose leak is noticed.
//!
//! A model fails with the headline *leak* if an execution ends while something made here is alive. Plain
//! boxes are not watched: put a [`Track`] into what must not be lost.

use std::fmt;
use std::mem::ManuallyDrop;
use std::panic::Location;

pub use std::alloc::Layout;

use super::name::{Named, Object};
use crate::context;
use crate::step::{ObjectId, ObjectKind, Op, Step, Value};

/// A value that must be dropped before the execution ends.
pub struct Track<T> {
    value: T,
    life: Life,
}

impl<T> Track<T> {
    /// Watches a value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self {
            value,
            life: Life::begin(ObjectKind::Allocation, Location::caller()),
        }
    }

    /// The value.
    pub fn get_ref(&self) -> &T {
        &self.value
    }

    /// The value, to change it.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// The value, watched no longer.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Named for Track<T> {
    fn object(&self) -> Object {
        Object(self.life.id())
    }
}

impl<T: fmt::Debug> fmt::Debug for Track<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Track").field(&self.value).finish()
    }
}

/// The time from when something is made to when it is freed, as loom sees it.
pub(super) struct Life {
    allocation: ManuallyDrop<loom::alloc::Track<()>>,
    id: ObjectId,
    site: &'static Location<'static>,
}

impl Life {
    #[track_caller]
    pub(super) fn begin(kind: ObjectKind, site: &'static Location<'static>) -> Self {
        let id = context::new_object(kind, site, Value::Unknown);
        if !context::dying() {
            context::note(Step::new(Op::Alloc, site).on(id));
        }
        Self {
            allocation: ManuallyDrop::new(loom::alloc::Track::new(())),
            id,
            site,
        }
    }

    pub(super) fn id(&self) -> ObjectId {
        self.id
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        if context::dying() {
            return;
        }
        context::note(Step::new(Op::Free, self.site).on(self.id));
        // SAFETY: dropped here, once, and not touched again.
        unsafe { ManuallyDrop::drop(&mut self.allocation) };
    }
}

/// Allocates, and expects [`dealloc`] before the execution ends.
///
/// # Safety
///
/// As for [`std::alloc::alloc`].
#[track_caller]
pub unsafe fn alloc(layout: Layout) -> *mut u8 {
    if context::dying() {
        // SAFETY: the caller's promise.
        return unsafe { std::alloc::alloc(layout) };
    }
    // SAFETY: the caller's promise.
    unsafe { loom::alloc::alloc(layout) }
}

/// Allocates zeros, and expects [`dealloc`] before the execution ends.
///
/// # Safety
///
/// As for [`std::alloc::alloc_zeroed`].
#[track_caller]
pub unsafe fn alloc_zeroed(layout: Layout) -> *mut u8 {
    if context::dying() {
        // SAFETY: the caller's promise.
        return unsafe { std::alloc::alloc_zeroed(layout) };
    }
    // SAFETY: the caller's promise.
    unsafe { loom::alloc::alloc_zeroed(layout) }
}

/// Frees what [`alloc`] or [`alloc_zeroed`] made. While a panic unwinds it frees nothing, for loom can no
/// longer be told.
///
/// # Safety
///
/// As for [`std::alloc::dealloc`].
#[track_caller]
pub unsafe fn dealloc(pointer: *mut u8, layout: Layout) {
    if !context::dying() {
        // SAFETY: the caller's promise.
        unsafe { loom::alloc::dealloc(pointer, layout) };
    }
}
