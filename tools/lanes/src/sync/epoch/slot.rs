//! The memory of a node, watched from when it is made to when it is freed.

use std::alloc::Layout;
use std::cell::{Cell, RefCell, UnsafeCell};
use std::mem::{self, ManuallyDrop};

use explorer::raw;

use crate::context::{self, begin};
use crate::step::{ObjectId, ObjectKind, Op, Site, Step};
use crate::sync::alloc::Life;
use crate::sync::watched;

/// A value with the memory that it lies in. It stays allocated until the execution has ended.
pub(super) struct Slot<T> {
    /// `None` once it was freed.
    life: Cell<Option<Life>>,
    id: ObjectId,
    access: Access,
    value: UnsafeCell<ManuallyDrop<T>>,
}

/// Which threads have read it and changed it, and when, as the engine that runs the model knows it.
enum Access {
    Loom(loom::cell::UnsafeCell<()>),
    Explorer(raw::Allocation),
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
            access: match life.memory() {
                Some(memory) => Access::Explorer(memory),
                None => Access::Loom(loom::cell::UnsafeCell::new(())),
            },
            life: Cell::new(Some(life)),
            value: UnsafeCell::new(ManuallyDrop::new(value)),
        }));
        if context::explores() {
            raw::fresh_name(slot.expose_provenance());
        }
        // SAFETY: just made, and never freed before the execution ends.
        let made = unsafe { &*slot };
        if let Access::Explorer(memory) = made.access {
            watched::watch(made.value().addr(), size_of::<T>(), memory, made.id);
        }
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
        if matches!(self.access, Access::Loom(_)) && self.is_freed() {
            step.end(|_| {});
            let what = if op == Op::Free {
                "freed twice"
            } else {
                "use after free"
            };
            panic!("{what}: this memory has been freed already");
        }
        match (&self.access, op) {
            (Access::Loom(cell), Op::CellRead) => cell.with(|_| {}),
            (Access::Loom(cell), _) => cell.with_mut(|_| {}),
            (Access::Explorer(memory), Op::CellRead) => memory.read(),
            (Access::Explorer(memory), Op::Free) => memory.free(),
            (Access::Explorer(memory), _) => {
                memory.write();
                memory.wrote(raw::Content::Told);
            }
        }
        step.end(|_| {});
    }

    /// Moves the value out, and frees the memory, as the line `site` has asked for.
    ///
    /// # Safety
    ///
    /// The value is moved out at most once.
    pub(super) unsafe fn free(&self, site: Site) -> T {
        self.access(Op::Free, site);
        if let Some(life) = self.life.take() {
            match self.access {
                Access::Loom(_) => life.end_silently(),
                // That is what `access` has done.
                Access::Explorer(_) => mem::forget(life),
            }
        }
        // SAFETY:
        // - All threads of a model share one thread of the machine, so none of them is in the middle of an access.
        // - A reference that `Shared::deref` gave out does not outlive this, by the contract of that function.
        let value = unsafe { &mut *self.value.get() };
        // SAFETY: the value has not been moved out before, by the caller's contract.
        unsafe { ManuallyDrop::take(value) }
    }
}
