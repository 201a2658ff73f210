//! Operations that read and write in one step.

use std::panic::Location;

use explorer::raw::Update;

use super::backing::{TAG, hidden};
use super::{Atomic, Bits, Integer, Ordering, Primitive, ordering};
use crate::context::{self, begin};
use crate::ordering::{OrderedAccess, OrderingSite, Role};
use crate::step::{Op, Step, Value};

/// One operation: as loom does it, as a function of the two values, and as the other engine does it.
struct Change<T: Primitive> {
    loom: fn(&<T as hidden::Backing>::Loom, T, Ordering) -> T,
    new: fn(T, T) -> T,
    update: fn(u64) -> Update,
}

impl<T: Primitive> Atomic<T> {
    /// One read-modify-write.
    #[track_caller]
    fn modify(&self, name: &'static str, value: T, order: Ordering, change: Change<T>) -> T {
        if context::unwinding() {
            let old = self.latest.get();
            self.latest.set((change.new)(old, value));
            return old;
        }
        let site = Location::caller();
        self.id.reach(site);
        let order = ordering(site, OrderedAccess::ReadModifyWrite, name, order);
        let step = begin(site, || {
            Step::new(Op::Rmw(name), site)
                .on(self.id)
                .ordered(order)
                .argument(value.shown())
        });
        let old = self
            .backing
            .modify(change.loom, change.update, value, order);
        let new = (change.new)(old, value);
        step.end(|step| {
            step.read = old.shown();
            step.wrote = new.shown();
        });
        self.latest.set(new);
        old
    }

    /// Writes a value and returns the one it replaces.
    #[track_caller]
    pub fn swap(&self, value: T, order: Ordering) -> T {
        let change = Change {
            loom: T::loom_swap,
            new: |_, value| value,
            update: Update::Swap,
        };
        self.modify("swap", value, order, change)
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
        self.id.reach(site);
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
        let result = self
            .backing
            .exchange(weak, (current, new), success, failure);
        let (Ok(old) | Err(old)) = result;
        step.end(|step| {
            step.read = old.shown();
            if result.is_ok() {
                step.wrote = new.shown();
            }
            step.succeeded = result.is_ok();
            step.spurious = result.is_err() && old == current;
        });
        if result.is_ok() {
            self.latest.set(new);
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

    /// As [`fetch_update`](Self::fetch_update).
    ///
    /// # Errors
    ///
    /// The value for which `update` returned `None`.
    #[track_caller]
    pub fn try_update(
        &self,
        set_order: Ordering,
        fetch_order: Ordering,
        update: impl FnMut(T) -> Option<T>,
    ) -> Result<T, T> {
        self.fetch_update(set_order, fetch_order, update)
    }

    /// Replaces the value by what `update` makes of it, trying again when another thread was faster. Returns the value that was
    /// replaced.
    #[track_caller]
    pub fn update(
        &self,
        set_order: Ordering,
        fetch_order: Ordering,
        mut update: impl FnMut(T) -> T,
    ) -> T {
        let mut old = self.load(fetch_order);
        loop {
            match self.compare_exchange(old, update(old), set_order, fetch_order) {
                Err(other) => old = other,
                Ok(old) => return old,
            }
        }
    }
}

impl<P> Atomic<*mut P> {
    /// Bitwise or of the address; returns the old pointer. A model knows the three low bits of an address, which serve as a tag.
    ///
    /// # Panics
    ///
    /// Panics if `bits` has others.
    #[track_caller]
    pub fn fetch_or(&self, bits: usize, order: Ordering) -> *mut P {
        let new = |old| old | bits;
        self.modify_tag("fetch_or", bits, Update::Or(bits as u64), new, order)
    }

    /// Bitwise exclusive or, as [`fetch_or`](Self::fetch_or).
    ///
    /// # Panics
    ///
    /// As there.
    #[track_caller]
    pub fn fetch_xor(&self, bits: usize, order: Ordering) -> *mut P {
        let new = |old| old ^ bits;
        self.modify_tag("fetch_xor", bits, Update::Xor(bits as u64), new, order)
    }

    /// Bitwise and, as [`fetch_or`](Self::fetch_or): clears bits of the tag.
    ///
    /// # Panics
    ///
    /// Panics if it would clear others.
    #[track_caller]
    pub fn fetch_and(&self, bits: usize, order: Ordering) -> *mut P {
        let new = |old| old & bits;
        // A sign fills what an address of fewer bits lacks.
        let update = Update::And(bits.cast_signed() as u64);
        self.modify_tag("fetch_and", bits, update, new, order)
    }

    /// One read-modify-write of a tag. loom has none, so there it is an exchange that is tried again.
    #[track_caller]
    fn modify_tag(
        &self,
        name: &'static str,
        bits: usize,
        update: Update,
        new: impl Fn(usize) -> usize,
        order: Ordering,
    ) -> *mut P {
        if new(0) > TAG || new(usize::MAX) < !TAG {
            panic!(
                "a model can change the three low bits of an address, which serve as a tag, and no others"
            );
        }
        let new = |old: *mut P| old.map_addr(&new);
        if context::unwinding() {
            return self.latest.replace(new(self.latest.get()));
        }
        if !context::explores() {
            let done = self.fetch_update(order, Ordering::Relaxed, |old| Some(new(old)));
            let (Ok(old) | Err(old)) = done;
            return old;
        }
        let site = Location::caller();
        self.id.reach(site);
        let order = ordering(site, OrderedAccess::ReadModifyWrite, name, order);
        let step = begin(site, || {
            let argument = Value::Int(bits.cast_signed() as i128);
            Step::new(Op::Rmw(name), site)
                .on(self.id)
                .ordered(order)
                .argument(argument)
        });
        let old = self.backing.modify_bits(update, order);
        step.end(|step| {
            step.read = Value::Pointer(old.addr());
            step.wrote = Value::Pointer(new(old).addr());
        });
        self.latest.set(new(old));
        old
    }
}

impl<T: Bits> Atomic<T> {
    /// Bitwise and; returns the old value.
    #[track_caller]
    pub fn fetch_and(&self, value: T, order: Ordering) -> T {
        let change = Change {
            loom: T::loom_and,
            new: T::and,
            update: Update::And,
        };
        self.modify("fetch_and", value, order, change)
    }

    /// Bitwise or; returns the old value.
    #[track_caller]
    pub fn fetch_or(&self, value: T, order: Ordering) -> T {
        let change = Change {
            loom: T::loom_or,
            new: T::or,
            update: Update::Or,
        };
        self.modify("fetch_or", value, order, change)
    }

    /// Bitwise exclusive or; returns the old value.
    #[track_caller]
    pub fn fetch_xor(&self, value: T, order: Ordering) -> T {
        let change = Change {
            loom: T::loom_xor,
            new: T::xor,
            update: Update::Xor,
        };
        self.modify("fetch_xor", value, order, change)
    }

    /// Bitwise not-and; returns the old value.
    #[track_caller]
    pub fn fetch_nand(&self, value: T, order: Ordering) -> T {
        let change = Change {
            loom: T::loom_nand,
            new: T::nand,
            update: Update::Nand,
        };
        self.modify("fetch_nand", value, order, change)
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
        let change = Change {
            loom: T::loom_add,
            new: T::add,
            update: Update::Add,
        };
        self.modify("fetch_add", value, order, change)
    }

    /// Subtracts, wrapping round on overflow; returns the old value.
    #[track_caller]
    pub fn fetch_sub(&self, value: T, order: Ordering) -> T {
        let change = Change {
            loom: T::loom_sub,
            new: T::sub,
            update: Update::Sub,
        };
        self.modify("fetch_sub", value, order, change)
    }

    /// The larger of the two; returns the old value.
    #[track_caller]
    pub fn fetch_max(&self, value: T, order: Ordering) -> T {
        let change = Change {
            loom: T::loom_max,
            new: T::max,
            update: T::max_update,
        };
        self.modify("fetch_max", value, order, change)
    }

    /// The smaller of the two; returns the old value.
    #[track_caller]
    pub fn fetch_min(&self, value: T, order: Ordering) -> T {
        let change = Change {
            loom: T::loom_min,
            new: T::min,
            update: T::min_update,
        };
        self.modify("fetch_min", value, order, change)
    }
}
