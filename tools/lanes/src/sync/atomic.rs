//! Atomic integers, flags, pointers, and fences.

mod backing;
mod exclusive;
mod fence;
mod read_modify_write;

use std::cell::Cell;
use std::fmt;
use std::panic::Location;

pub use std::sync::atomic::Ordering;

pub use backing::{Bits, Integer, Primitive};
pub use exclusive::Exclusive;
pub use fence::fence;

use super::name::{Named, Object};
use crate::context::{self, begin};
use crate::ordering::{OrderedAccess, OrderingSite, Role};
use crate::run::Stores;
use crate::step::{ObjectId, ObjectKind, Op, Site, Step};

/// An atomic `bool`.
pub type AtomicBool = Atomic<bool>;
/// An atomic pointer.
pub type AtomicPtr<T> = Atomic<*mut T>;
/// An atomic `u8`.
pub type AtomicU8 = Atomic<u8>;
/// An atomic `u16`.
pub type AtomicU16 = Atomic<u16>;
/// An atomic `u32`.
pub type AtomicU32 = Atomic<u32>;
/// An atomic `u64`.
pub type AtomicU64 = Atomic<u64>;
/// An atomic `usize`.
pub type AtomicUsize = Atomic<usize>;
/// An atomic `i8`.
pub type AtomicI8 = Atomic<i8>;
/// An atomic `i16`.
pub type AtomicI16 = Atomic<i16>;
/// An atomic `i32`.
pub type AtomicI32 = Atomic<i32>;
/// An atomic `i64`.
pub type AtomicI64 = Atomic<i64>;
/// An atomic `isize`.
pub type AtomicIsize = Atomic<isize>;

/// An atomic variable that holds a `T`.
pub struct Atomic<T: Primitive> {
    loom: T::Loom,
    /// The value stored last, for destructors that run while a panic unwinds, when loom may be gone.
    latest: Cell<T>,
    /// The thread that changed it last, and whether by a read-modify-write.
    changed_by: Cell<Option<(usize, bool)>>,
    /// The thread that loaded it last.
    loaded_by: Cell<Option<usize>>,
    /// What loads touch first, so that loom tries them in both orders.
    gate: Option<loom::sync::Condvar>,
    id: ObjectId,
}

// SAFETY:
// - All threads of a model share one thread of the machine, so the `Cell`s are never reached by two at once.
// - What they hold is a copy of what `std`'s atomics, which are `Send` and `Sync`, would hold.
unsafe impl<T: Primitive> Send for Atomic<T> {}
// SAFETY: as for `Send`.
unsafe impl<T: Primitive> Sync for Atomic<T> {}

impl<T: Primitive> Atomic<T> {
    /// An atomic variable that starts at `value`.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let id = context::new_object(ObjectKind::Atomic, Location::caller(), value.shown());
        Self {
            loom: T::loom_new(value),
            latest: Cell::new(value),
            changed_by: Cell::new(None),
            loaded_by: Cell::new(None),
            gate: context::orders_loads().then(loom::sync::Condvar::new),
            id,
        }
    }

    /// Reads the value.
    #[track_caller]
    pub fn load(&self, order: Ordering) -> T {
        if context::unwinding() {
            return self.latest.get();
        }
        let site = Location::caller();
        let order = ordering(site, OrderedAccess::Load, "load", order);
        let step = begin(site, || {
            Step::new(Op::Load, site).on(self.id).ordered(order)
        });
        self.touch_before_load();
        context::fence_before_seq_cst(order);
        let value = T::loom_load(&self.loom, order);
        step.end(|step| step.read = value.shown());
        context::saw(self.id, value.bits());
        value
    }

    /// Writes a value.
    #[track_caller]
    pub fn store(&self, value: T, order: Ordering) {
        if context::unwinding() {
            return self.latest.set(value);
        }
        let site = Location::caller();
        let order = ordering(site, OrderedAccess::Store, "store", order);
        let step = begin(site, || {
            Step::new(Op::Store, site)
                .on(self.id)
                .ordered(order)
                .argument(value.shown())
        });
        context::fence_before_seq_cst(order);
        match context::take_turn_before_store() {
            Stores::AsLoomSays => T::loom_store(&self.loom, value, order),
            stores => self.store_in_order(value, order, stores),
        }
        step.end(|step| step.wrote = value.shown());
        self.changed(value, false);
    }

    /// The value, for an owner: `&mut` proves that no other thread can reach it.
    ///
    /// `std` returns a plain `&mut T`. This is something that dereferences to one, and that writes the value
    /// back when it goes out of scope.
    #[track_caller]
    pub fn get_mut(&mut self) -> Exclusive<'_, T> {
        Exclusive::new(self, Location::caller())
    }

    /// Takes the value out.
    #[track_caller]
    pub fn into_inner(self) -> T {
        if context::unwinding() {
            return self.latest.get();
        }
        let site = Location::caller();
        let step = begin(site, || {
            Step::new(Op::Exclusive("into_inner"), site).on(self.id)
        });
        let value = T::loom_into_inner(self.loom);
        step.end(|step| step.read = value.shown());
        value
    }

    /// Notes the value that was just stored.
    fn changed(&self, value: T, by_read_modify_write: bool) {
        self.latest.set(value);
        self.changed_by
            .set(Some((context::current(), by_read_modify_write)));
        context::changed();
    }

    /// Stores, and makes loom see that the store comes after the read-modify-writes so far.
    ///
    /// A read-modify-write stands directly behind the value that it read, so a store that comes after that
    /// value comes after the read-modify-write too. Loom does not know (its issue 389): it would let a thread
    /// that swaps `true` for `true` in a loop never see the `false` that is stored here. To read the latest
    /// value first is what tells it, if no other thread gets a turn in between.
    ///
    /// It makes executions longer, so it is done only where a failure asks for it.
    fn store_in_order(&self, value: T, order: Ordering, stores: Stores) {
        loom::stop_exploring();
        let after = self
            .changed_by
            .get()
            .is_some_and(|(thread, by_read_modify_write)| {
                thread != context::current() && (by_read_modify_write || stores == Stores::InTurn)
            });
        if after {
            // It fails whatever it finds, for no thread has stored this value.
            let absent = self.latest.get().another();
            let relaxed = Ordering::Relaxed;
            let _ = T::loom_compare_exchange(&self.loom, absent, absent, relaxed, relaxed);
        }
        T::loom_store(&self.loom, value, order);
        loom::explore();
    }

    /// Has loom try the loads of different threads in both orders, if it is asked to.
    ///
    /// It need not, since loads change nothing. But it remembers only the latest access to an atomic, so a load
    /// hides an earlier one of another thread, and a store that should have been tried before that one never
    /// is (its issues 166 and 392): a bug can pass.
    fn touch_before_load(&self) {
        let thread = context::current();
        if self
            .loaded_by
            .replace(Some(thread))
            .is_some_and(|before| before != thread)
        {
            context::note_shared_loads();
        }
        if let Some(gate) = &self.gate {
            context::switching(|| gate.notify_one());
        }
    }
}

/// The ordering that is in force at `site`.
fn ordering(site: Site, access: OrderedAccess, op: &'static str, ordering: Ordering) -> Ordering {
    let role = Role::Success;
    context::ordering(OrderingSite {
        site,
        role,
        access,
        op,
        ordering,
    })
}

/// Zero, `false` or null.
impl<T: Primitive> Default for Atomic<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::zero())
    }
}

impl<T: Primitive> From<T> for Atomic<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Shows the value stored last. Printing is not a step.
impl<T: Primitive> fmt::Debug for Atomic<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.latest.get().fmt(f)
    }
}

impl<T: Primitive> Named for Atomic<T> {
    fn object(&self) -> Object {
        Object(self.id)
    }
}
