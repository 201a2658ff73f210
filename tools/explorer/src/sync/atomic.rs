//! Atomics and fences.

use std::fmt;
use std::marker::PhantomData;

pub use std::sync::atomic::Ordering;

use crate::op::{Effect, Op, Update};
use crate::world::{Kind, address_of, effect, name_of, number, step};

/// A fence.
///
/// # Panics
///
/// Panics if the ordering is `Relaxed`.
pub fn fence(order: Ordering) {
    assert!(
        order != Ordering::Relaxed,
        "there is no such thing as a relaxed fence"
    );
    step(Op::Fence(order));
}

/// An atomic of any type, as 64 bits.
struct Raw {
    x: usize,
    mask: u64,
}

impl Raw {
    fn new(val: u64, bytes: usize) -> Self {
        let x = number(Kind::Atomic);
        effect(Effect::Atomic { x, val });
        Self {
            x,
            mask: u64::MAX >> (64 - 8 * bytes),
        }
    }

    fn load(&self, o: Ordering) -> u64 {
        assert!(
            !matches!(o, Ordering::Release | Ordering::AcqRel),
            "a load cannot release"
        );
        step(Op::Load { x: self.x, o }).val
    }

    fn store(&self, val: u64, o: Ordering) {
        assert!(
            !matches!(o, Ordering::Acquire | Ordering::AcqRel),
            "a store cannot acquire"
        );
        step(Op::Store { x: self.x, val, o });
    }

    fn update(&self, by: Update, o: Ordering) -> u64 {
        step(Op::Rmw {
            x: self.x,
            by,
            mask: self.mask,
            o,
        })
        .val
    }

    fn exchange(
        &self,
        (old, new): (u64, u64),
        ok: Ordering,
        fail: Ordering,
        weak: bool,
    ) -> Result<u64, u64> {
        assert!(
            !matches!(fail, Ordering::Release | Ordering::AcqRel),
            "a failed exchange cannot release"
        );
        let reply = step(Op::Cas {
            x: self.x,
            old,
            new,
            ok,
            fail,
            weak,
        });
        if reply.ok {
            Ok(reply.val)
        } else {
            Err(reply.val)
        }
    }
}

macro_rules! atomic {
    ($(#[$doc:meta])* $name:ident $(<$param:ident>)?, $type:ty, $to:expr, $from:expr) => {
        $(#[$doc])*
        pub struct $name $(<$param>)? {
            raw: Raw,
            _value: PhantomData<fn() -> $type>,
        }

        impl $(<$param>)? $name $(<$param>)? {
            /// An atomic that holds `value`.
            pub fn new(value: $type) -> Self {
                let raw = Raw::new($to(value), size_of::<$type>());
                Self { raw, _value: PhantomData }
            }

            /// Reads the value.
            pub fn load(&self, order: Ordering) -> $type {
                $from(self.raw.load(order))
            }

            /// Writes a value.
            pub fn store(&self, value: $type, order: Ordering) {
                self.raw.store($to(value), order);
            }

            /// Writes a value, and returns the one before.
            pub fn swap(&self, value: $type, order: Ordering) -> $type {
                $from(self.raw.update(Update::Swap($to(value)), order))
            }

            /// Writes `new` if the value is `current`. Returns the value before.
            ///
            /// # Errors
            ///
            /// The value, if it is another.
            pub fn compare_exchange(
                &self,
                current: $type,
                new: $type,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$type, $type> {
                let values = ($to(current), $to(new));
                let result = self.raw.exchange(values, success, failure, false);
                result.map($from).map_err($from)
            }

            /// As [`compare_exchange`](Self::compare_exchange), but may fail for no reason, as often as it likes.
            ///
            /// # Errors
            ///
            /// The value, whatever it is.
            pub fn compare_exchange_weak(
                &self,
                current: $type,
                new: $type,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$type, $type> {
                let values = ($to(current), $to(new));
                let result = self.raw.exchange(values, success, failure, true);
                result.map($from).map_err($from)
            }

            /// Replaces the value by what `f` makes of it, as long as it makes something.
            ///
            /// # Errors
            ///
            /// The value of which `f` makes nothing.
            pub fn fetch_update(
                &self,
                set: Ordering,
                fetch: Ordering,
                mut f: impl FnMut($type) -> Option<$type>,
            ) -> Result<$type, $type> {
                let mut old = self.load(fetch);
                while let Some(new) = f(old) {
                    match self.compare_exchange_weak(old, new, set, fetch) {
                        Ok(old) => return Ok(old),
                        Err(now) => old = now,
                    }
                }
                Err(old)
            }
        }

        impl $(<$param>)? fmt::Debug for $name $(<$param>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}

macro_rules! fetches {
    ($name:ident, $type:ty: $($(#[$doc:meta])* $method:ident $update:expr;)*) => {
        impl $name {
            $($(#[$doc])*
            pub fn $method(&self, value: $type, order: Ordering) -> $type {
                let from = |bits: u64| bits as $type;
                from(self.raw.update($update(value as u64 & self.raw.mask), order))
            })*
        }
        impl Default for $name {
            fn default() -> Self {
                Self::new(<$type>::default())
            }
        }
    };
}

macro_rules! integer {
    ($name:ident, $type:ident, $max:expr, $min:expr) => {
        atomic!(
            #[doc = concat!("An atomic `", stringify!($type), "`.")]
            $name, $type, |value| value as u64 & (u64::MAX >> (64 - 8 * size_of::<$type>())),
            |bits: u64| bits as $type
        );
        fetches!($name, $type:
            /// Adds, and returns the value before. Wraps around.
            fetch_add Update::Add;
            /// Subtracts, and returns the value before. Wraps around.
            fetch_sub Update::Sub;
            /// Bitwise *and*. Returns the value before.
            fetch_and Update::And;
            /// Bitwise *nand*. Returns the value before.
            fetch_nand Update::Nand;
            /// Bitwise *or*. Returns the value before.
            fetch_or Update::Or;
            /// Bitwise *xor*. Returns the value before.
            fetch_xor Update::Xor;
            /// The larger of the two. Returns the value before.
            fetch_max $max;
            /// The smaller of the two. Returns the value before.
            fetch_min $min;
        );
    };
}

macro_rules! unsigned {
    ($($name:ident $type:ident)*) => { $(integer!($name, $type, Update::Max, Update::Min);)* };
}
macro_rules! signed {
    ($($name:ident $type:ident)*) => {
        $(integer!(
            $name,
            $type,
            |value| Update::SignedMax(value, <$type>::BITS - 1),
            |value| Update::SignedMin(value, <$type>::BITS - 1)
        );)*
    };
}
unsigned!(AtomicU8 u8 AtomicU16 u16 AtomicU32 u32 AtomicU64 u64 AtomicUsize usize);
signed!(AtomicI8 i8 AtomicI16 i16 AtomicI32 i32 AtomicI64 i64 AtomicIsize isize);

atomic!(
    /// An atomic flag.
    AtomicBool, bool, u64::from, |bits| bits != 0
);
fetches!(AtomicBool, bool:);

impl AtomicBool {
    /// Logical *and*. Returns the value before.
    pub fn fetch_and(&self, value: bool, order: Ordering) -> bool {
        self.raw.update(Update::And(u64::from(value)), order) != 0
    }

    /// Logical *or*. Returns the value before.
    pub fn fetch_or(&self, value: bool, order: Ordering) -> bool {
        self.raw.update(Update::Or(u64::from(value)), order) != 0
    }

    /// Logical *xor*. Returns the value before.
    pub fn fetch_xor(&self, value: bool, order: Ordering) -> bool {
        self.raw.update(Update::Xor(u64::from(value)), order) != 0
    }

    /// The opposite. Returns the value before.
    pub fn fetch_not(&self, order: Ordering) -> bool {
        self.fetch_xor(true, order)
    }
}

atomic!(
    /// An atomic pointer.
    ///
    /// An address differs from run to run, so the explorer gives each a name. An address that is freed and allocated again
    /// keeps its name, and is taken for the same: use [`alloc`](super::alloc) where that matters, which gives no address
    /// twice.
    AtomicPtr<T>, *mut T, |pointer: *mut T| name_of(pointer.expose_provenance()),
    |name: u64| std::ptr::with_exposed_provenance_mut(address_of(name))
);

impl<T> Default for AtomicPtr<T> {
    fn default() -> Self {
        Self::new(std::ptr::null_mut())
    }
}
