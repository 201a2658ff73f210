//! Allocations whose leak is noticed.
//!
//! A model fails with the headline *leak* if an execution ends while something made here is alive. Plain
//! boxes are not watched: put a [`Track`] into what must not be lost.

use std::cell::RefCell;
use std::collections::HashMap;
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
        if !context::unwinding() {
            context::record(Step::new(Op::Alloc, site).on(id));
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

    /// Ends it without a step of its own.
    pub(super) fn end_silently(self) {
        let mut life = ManuallyDrop::new(self);
        // SAFETY: exclusively owned, dropped here, and not used again: `life` itself is not dropped.
        unsafe { ManuallyDrop::drop(&mut life.allocation) };
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        if context::unwinding() {
            return;
        }
        context::record(Step::new(Op::Free, self.site).on(self.id));
        // SAFETY: exclusively owned, dropped here, and not used again: a destructor runs once.
        unsafe { ManuallyDrop::drop(&mut self.allocation) };
    }
}

thread_local! {
    /// What [`alloc`] has made and [`dealloc`] has not freed, by address. Never dropped, but taken out: what is left
    /// when an execution has ended is a leak, and is no concern of the next.
    static ALLOCATED: RefCell<HashMap<usize, ManuallyDrop<Life>>> = RefCell::default();
}

/// Forgets the allocations of the execution before.
pub(super) fn start_execution() {
    ALLOCATED.with_borrow_mut(HashMap::clear);
}

/// Allocates, and expects [`dealloc`] before the execution ends.
///
/// # Safety
///
/// As for [`std::alloc::alloc`].
#[track_caller]
pub unsafe fn alloc(layout: Layout) -> *mut u8 {
    // SAFETY: the caller's contract is the same.
    watched(unsafe { std::alloc::alloc(layout) })
}

/// Allocates zeros, and expects [`dealloc`] before the execution ends.
///
/// # Safety
///
/// As for [`std::alloc::alloc_zeroed`].
#[track_caller]
pub unsafe fn alloc_zeroed(layout: Layout) -> *mut u8 {
    // SAFETY: the caller's contract is the same.
    watched(unsafe { std::alloc::alloc_zeroed(layout) })
}

#[track_caller]
fn watched(pointer: *mut u8) -> *mut u8 {
    if !context::unwinding() && !pointer.is_null() {
        let life = Life::begin(ObjectKind::Allocation, Location::caller());
        ALLOCATED.with_borrow_mut(|all| all.insert(pointer.addr(), ManuallyDrop::new(life)));
    }
    pointer
}

/// Frees what [`alloc`] or [`alloc_zeroed`] made. While a panic unwinds it frees nothing, for the model can no
/// longer be told.
///
/// # Safety
///
/// As for [`std::alloc::dealloc`].
///
/// # Panics
///
/// Panics if nothing is allocated there: it was freed already, or came from elsewhere.
#[track_caller]
pub unsafe fn dealloc(pointer: *mut u8, layout: Layout) {
    if context::unwinding() {
        return;
    }
    let life = ALLOCATED.with_borrow_mut(|all| all.remove(&pointer.addr()));
    let life = life.expect("freed twice, or never allocated by `sync::alloc`");
    let mut life = ManuallyDrop::into_inner(life);
    life.site = Location::caller();
    drop(life);
    // SAFETY: the caller's contract is the same.
    unsafe { std::alloc::dealloc(pointer, layout) };
}
