//! Operations that read and write in one step.

use std::panic::Location;

use super::backing::hidden;
use super::{Atomic, Bits, Integer, Ordering, Primitive, ordering};
use crate::context::{self, begin};
use crate::ordering::{OrderedAccess, OrderingSite, Role};
use crate::step::{Op, Step};

/// Loom's half of an operation.
type LoomOperation<T> = fn(&<T as hidden::Backing>::Loom, T, Ordering) -> T;

impl<T: Primitive> Atomic<T> {
    /// One read-modify-write: `loom` does it, and `new` computes the same, for the record.
    #[track_caller]
    fn modify(
        &self,
        name: &'static str,
        value: T,
        order: Ordering,
        loom: LoomOperation<T>,
        new: fn(T, T) -> T,
    ) -> T {
        if context::unwinding() {
            let old = self.latest.get();
            self.latest.set(new(old, value));
            return old;
        }
        let site = Location::caller();
        let order = ordering(site, OrderedAccess::ReadModifyWrite, name, order);
        let step = begin(site, || {
            Step::new(Op::Rmw(name), site)
                .on(self.id)
                .ordered(order)
                .argument(value.shown())
        });
        context::fence_before_seq_cst(order);
        let old = loom(&self.loom, value, order);
        let new = new(old, value);
        step.end(|step| {
            step.read = old.shown();
            step.wrote = new.shown();
        });
        context::saw(self.id, old.bits());
        self.modified(old, new);
        old
    }

    /// Notes that a read-modify-write has replaced `old` by `new`.
    fn modified(&self, old: T, new: T) {
        if old == new {
            // Nothing that a waiting thread could see; but stores must still come after it.
            self.changed_by.set(Some((context::current(), true)));
        } else {
            self.changed(new, true);
        }
    }

    /// Writes a value and returns the one it replaces.
    #[track_caller]
    pub fn swap(&self, value: T, order: Ordering) -> T {
        self.modify("swap", value, order, T::loom_swap, |_, value| value)
    }

    /// Writes `new` if the value is `current`. Returns the value that was there: `Ok` if it wrote.
    ///
    /// # Errors
    ///
    /// The value that was there instead.
    #[track_caller]
    pub fn compare_exchange(
        &self,
        current: T,
        new: T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<T, T> {
        self.exchange(false, current, new, success, failure)
    }

    /// As [`compare_exchange`](Self::compare_exchange), but allowed to fail without a reason. A model explores
    /// such failures.
    ///
    /// # Errors
    ///
    /// The value that was there.
    #[track_caller]
    pub fn compare_exchange_weak(
        &self,
        current: T,
        new: T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<T, T> {
        self.exchange(true, current, new, success, failure)
    }

    #[track_caller]
    fn exchange(
        &self,
        weak: bool,
        current: T,
        new: T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<T, T> {
        if context::unwinding() {
            let old = self.latest.get();
            if old != current {
                return Err(old);
            }
            self.latest.set(new);
            return Ok(old);
        }
        let site = Location::caller();
        let op = if weak {
            "compare_exchange_weak"
        } else {
            "compare_exchange"
        };
        let success = ordering(site, OrderedAccess::ReadModifyWrite, op, success);
        let failure = context::ordering(OrderingSite {
            site,
            role: Role::Failure,
            access: OrderedAccess::ReadModifyWrite,
            op,
            ordering: failure,
        });
        let step = begin(site, || {
            let mut step = Step::new(Op::CompareExchange { weak }, site).on(self.id);
            step.order = Some(success);
            step.failure_order = Some(failure);
            step.expected = current.shown();
            step.argument = new.shown();
            step
        });
        context::fence_before_seq_cst(success);
        let spurious = weak && context::weak_exchange_fails();
        let result = if spurious {
            Err(T::loom_load(&self.loom, failure))
        } else {
            T::loom_compare_exchange(&self.loom, current, new, success, failure)
        };
        let (Ok(old) | Err(old)) = result;
        step.end(|step| {
            step.read = old.shown();
            if result.is_ok() {
                step.wrote = new.shown();
            }
            step.succeeded = result.is_ok();
            step.spurious = spurious && old == current;
        });
        context::saw(self.id, old.bits());
        if result.is_ok() {
            self.modified(old, new);
        }
        result
    }

    /// Replaces the value by what `update` makes of it, trying again when another thread was faster, until
    /// `update` returns `None`.
    ///
    /// # Errors
    ///
    /// The value for which `update` returned `None`.
    #[track_caller]
    pub fn fetch_update(
        &self,
        set_order: Ordering,
        fetch_order: Ordering,
        mut update: impl FnMut(T) -> Option<T>,
    ) -> Result<T, T> {
        let mut old = self.load(fetch_order);
        while let Some(new) = update(old) {
            match self.compare_exchange(old, new, set_order, fetch_order) {
                Err(other) => old = other,
                done => return done,
            }
        }
        Err(old)
    }
}

impl<T: Bits> Atomic<T> {
    /// Bitwise and; returns the old value.
    #[track_caller]
    pub fn fetch_and(&self, value: T, order: Ordering) -> T {
        self.modify("fetch_and", value, order, T::loom_and, T::and)
    }

    /// Bitwise or; returns the old value.
    #[track_caller]
    pub fn fetch_or(&self, value: T, order: Ordering) -> T {
        self.modify("fetch_or", value, order, T::loom_or, T::or)
    }

    /// Bitwise exclusive or; returns the old value.
    #[track_caller]
    pub fn fetch_xor(&self, value: T, order: Ordering) -> T {
        self.modify("fetch_xor", value, order, T::loom_xor, T::xor)
    }

    /// Bitwise not-and; returns the old value.
    #[track_caller]
    pub fn fetch_nand(&self, value: T, order: Ordering) -> T {
        self.modify("fetch_nand", value, order, T::loom_nand, T::nand)
    }
}

impl Atomic<bool> {
    /// Negates the value; returns the old one.
    #[track_caller]
    pub fn fetch_not(&self, order: Ordering) -> bool {
        self.fetch_xor(true, order)
    }
}

impl<T: Integer> Atomic<T> {
    /// Adds, wrapping round on overflow; returns the old value.
    #[track_caller]
    pub fn fetch_add(&self, value: T, order: Ordering) -> T {
        self.modify("fetch_add", value, order, T::loom_add, T::add)
    }

    /// Subtracts, wrapping round on overflow; returns the old value.
    #[track_caller]
    pub fn fetch_sub(&self, value: T, order: Ordering) -> T {
        self.modify("fetch_sub", value, order, T::loom_sub, T::sub)
    }

    /// The larger of the two; returns the old value.
    #[track_caller]
    pub fn fetch_max(&self, value: T, order: Ordering) -> T {
        self.modify("fetch_max", value, order, T::loom_max, T::max)
    }

    /// The smaller of the two; returns the old value.
    #[track_caller]
    pub fn fetch_min(&self, value: T, order: Ordering) -> T {
        self.modify("fetch_min", value, order, T::loom_min, T::min)
    }
}
