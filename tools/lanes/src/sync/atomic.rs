//! Atomic integers, flags, pointers, and fences.

mod backing;
mod exclusive;
mod fence;
mod read_modify_write;

use std::cell::Cell;
use std::fmt;
use std::panic::Location;

pub use std::sync::atomic::Ordering;

use backing::Backing;
pub use backing::{Bits, Integer, Primitive};
pub use exclusive::Exclusive;
pub use fence::fence;

use super::identity::Identity;
use super::name::{Named, Object};
use crate::context::{self, begin};
use crate::ordering::{OrderedAccess, OrderingSite, Role};
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
    backing: Backing<T>,
    /// The value stored last, for destructors that run while a panic unwinds, when no engine answers any more.
    latest: Cell<T>,
    id: Identity,
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
        let id = Identity::new::<T>(ObjectKind::Atomic, value.shown());
        Self {
            backing: Backing::new(value),
            latest: Cell::new(value),
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
        self.id.reach(site);
        let order = ordering(site, OrderedAccess::Load, "load", order);
        let step = begin(site, || {
            Step::new(Op::Load, site).on(self.id).ordered(order)
        });
        let value = self.backing.load(order);
        step.end(|step| step.read = value.shown());
        value
    }

    /// Writes a value.
    #[track_caller]
    pub fn store(&self, value: T, order: Ordering) {
        if context::unwinding() {
            return self.latest.set(value);
        }
        let site = Location::caller();
        self.id.reach(site);
        let order = ordering(site, OrderedAccess::Store, "store", order);
        let step = begin(site, || {
            Step::new(Op::Store, site)
                .on(self.id)
                .ordered(order)
                .argument(value.shown())
        });
        self.backing.store(value, order);
        step.end(|step| step.wrote = value.shown());
        self.latest.set(value);
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
        self.id.reach(site);
        let step = begin(site, || {
            Step::new(Op::Exclusive("into_inner"), site).on(self.id)
        });
        let value = self.backing.into_inner();
        step.end(|step| step.read = value.shown());
        value
    }
}

/// For [`futex`](super::futex).
impl Atomic<u32> {
    /// Stands for its address, in our own engine.
    pub(super) fn address(&self) -> Option<usize> {
        match &self.backing {
            Backing::Loom(_) => None,
            Backing::Explorer(atomic) => Some(atomic.address()),
        }
    }

    pub(super) fn reached(&self, site: Site) -> ObjectId {
        self.id.reach(site);
        self.id.into()
    }

    /// What the system sees that looks at it.
    pub(super) fn newest(&self) -> u32 {
        self.backing.load(Ordering::Relaxed)
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
        Object(self.id.into())
    }
}
