//! The memory of a node, watched from when it is made to when it is freed.

use std::alloc::Layout;
use std::cell::{Cell, RefCell, UnsafeCell};
use std::mem::ManuallyDrop;

use crate::context::{self, begin};
use crate::step::{ObjectId, ObjectKind, Op, Site, Step};
use crate::sync::alloc::Life;

/// A value with the memory that it lies in. It stays allocated until the execution has ended.
pub(super) struct Slot<T> {
    /// `None` once it was freed.
    life: Cell<Option<Life>>,
    id: ObjectId,
    /// Loom's half: which threads have read it and changed it, and when.
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
        // SAFETY:
        // - `Slot::make` allocated it, by a `Box`, with that layout.
        // - Nothing else deallocates it, and `take` has removed it from the list.
        // - The execution that had pointers to it has ended.
        unsafe { std::alloc::dealloc(slot, layout) };
    }
}

impl<T> Slot<T> {
    pub(super) fn make(value: T, site: Site) -> *mut Self {
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

    pub(super) fn id(&self) -> ObjectId {
        self.id
    }

    /// Where the value is, or was.
    pub(super) fn value(&self) -> *mut T {
        self.value.get().cast()
    }

    fn is_freed(&self) -> bool {
        let life = self.life.take();
        let freed = life.is_none();
        self.life.set(life);
        freed
    }

    /// Takes the step `op`, which reads, or writes, or frees.
    #[track_caller]
    pub(super) fn access(&self, op: Op, site: Site) {
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

    /// Moves the value out, and frees the memory, as the line `site` has asked for.
    ///
    /// # Safety
    ///
    /// The value is moved out at most once.
    pub(super) unsafe fn free(&self, site: Site) -> T {
        self.access(Op::Free, site);
        if let Some(life) = self.life.take() {
            life.end_silently();
        }
        // SAFETY:
        // - All threads of a model share one thread of the machine, so none of them is in the middle of an access.
        // - A reference that `Shared::deref` gave out does not outlive this, by the contract of that function.
        let value = unsafe { &mut *self.value.get() };
        // SAFETY: the value has not been moved out before, by the caller's contract.
        unsafe { ManuallyDrop::take(value) }
    }
}
