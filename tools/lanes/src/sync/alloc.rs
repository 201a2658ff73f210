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

use explorer::raw;

use super::name::{Named, Object};
use super::watched;
use crate::context;
use crate::step::{ObjectId, ObjectKind, Op, Site, Step, Value};

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

/// The time from when something is made to when it is freed.
pub(super) struct Life {
    backing: Backing,
    id: ObjectId,
    site: &'static Location<'static>,
}

/// Something that the engine that runs the model expects to be freed.
enum Backing {
    Loom(ManuallyDrop<loom::alloc::Track<()>>),
    Explorer(raw::Allocation),
    /// Its engine counts references to it.
    Counted,
}

impl Life {
    #[track_caller]
    pub(super) fn begin(kind: ObjectKind, site: &'static Location<'static>) -> Self {
        let id = context::new_object::<()>(kind, site, Value::Unknown);
        let backing = match context::explores() {
            true if kind == ObjectKind::Arc => Backing::Counted,
            true => Backing::Explorer(raw::Allocation::new(raw::Content::Told)),
            false => Backing::Loom(ManuallyDrop::new(loom::alloc::Track::new(()))),
        };
        if !context::unwinding() {
            context::record(Step::new(Op::Alloc, site).on(id));
        }
        Self { backing, id, site }
    }

    pub(super) fn id(&self) -> ObjectId {
        self.id
    }

    /// The memory, for our own engine to watch.
    pub(super) fn memory(&self) -> Option<raw::Allocation> {
        match self.backing {
            Backing::Explorer(memory) => Some(memory),
            Backing::Loom(_) | Backing::Counted => None,
        }
    }

    fn memory_and_id(&self) -> (Option<raw::Allocation>, ObjectId) {
        (self.memory(), self.id)
    }

    /// Ends it without a step of its own.
    pub(super) fn end_silently(self) {
        ManuallyDrop::new(self).end();
    }

    fn end(&mut self) {
        match &mut self.backing {
            // SAFETY: dropped here, and not used again: a life ends once.
            Backing::Loom(track) => unsafe { ManuallyDrop::drop(track) },
            Backing::Explorer(memory) => memory.free(),
            Backing::Counted => {}
        }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        if context::is_over() {
            return;
        }
        let (site, id) = (self.site, self.id);
        let step = context::begin(site, || Step::new(Op::Free, site).on(id));
        self.end();
        step.end(|_| {});
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
    let pointer = unsafe { std::alloc::alloc(layout) };
    begin_life(pointer, layout.size(), Location::caller());
    pointer
}

/// Allocates zeros, and expects [`dealloc`] before the execution ends.
///
/// # Safety
///
/// As for [`std::alloc::alloc_zeroed`].
#[track_caller]
pub unsafe fn alloc_zeroed(layout: Layout) -> *mut u8 {
    // SAFETY: the caller's contract is the same.
    let pointer = unsafe { std::alloc::alloc_zeroed(layout) };
    begin_life(pointer, layout.size(), Location::caller());
    pointer
}

/// Watches what was allocated there.
fn begin_life(pointer: *mut u8, size: usize, site: Site) {
    if context::unwinding() || pointer.is_null() {
        return;
    }
    if context::explores() {
        raw::fresh_name(pointer.expose_provenance());
    }
    let life = Life::begin(ObjectKind::Allocation, site);
    if let Some(memory) = life.memory() {
        watched::watch(pointer.addr(), size, memory, life.id());
    }
    ALLOCATED.with_borrow_mut(|all| all.insert(pointer.addr(), ManuallyDrop::new(life)));
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
    known(pointer);
    // SAFETY: the caller's contract is the same.
    unsafe { end_life(pointer, layout, Location::caller()) };
}

/// The memory there, for our own engine, and its name.
#[track_caller]
fn known(pointer: *mut u8) -> (Option<raw::Allocation>, ObjectId) {
    let known =
        ALLOCATED.with_borrow(|all| all.get(&pointer.addr()).map(|life| life.memory_and_id()));
    known.expect("freed twice, or never allocated by `sync::alloc` or `tracked::Box`")
}

/// Finds out whether that memory may be freed now, before anything is done for it: it may be freed already, or another thread
/// may still be using it.
///
/// # Panics
///
/// Panics if it was never allocated here.
#[track_caller]
pub(super) fn expect_freeable(pointer: *mut u8, site: Site) {
    if let (Some(memory), id) = known(pointer) {
        let step = context::begin(site, || Step::new(Op::Free, site).on(id));
        memory.write();
        step.forget();
    }
}

/// Frees it.
///
/// # Safety
///
/// As for [`std::alloc::dealloc`]; and [`expect_freeable`] has returned.
pub(super) unsafe fn end_life(pointer: *mut u8, layout: Layout, site: Site) {
    if let (Some(memory), id) = known(pointer) {
        let step = context::begin(site, || Step::new(Op::Free, site).on(id));
        memory.free();
        step.end(|_| {});
        // SAFETY: the caller gives it up; and it stays allocated until the execution is over.
        unsafe { pointer.write_bytes(POISON, layout.size()) };
        return raw::when_over(move || {
            watched::forget(pointer.addr());
            // SAFETY: the caller's contract is the same.
            unsafe { std::alloc::dealloc(pointer, layout) };
        });
    }
    if let Some(life) = ALLOCATED.with_borrow_mut(|all| all.remove(&pointer.addr())) {
        let mut life = ManuallyDrop::into_inner(life);
        life.site = site;
        drop(life);
    }
    // SAFETY: the caller's contract is the same.
    unsafe { std::alloc::dealloc(pointer, layout) };
}

/// What freed memory is filled with, for those who read it past the facade.
const POISON: u8 = 0xde;
