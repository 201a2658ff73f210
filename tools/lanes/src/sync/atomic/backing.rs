//! What is behind each atomic, in either engine, and what each can do.

use std::fmt;

use explorer::raw::{self, Update};

use super::Ordering;
use crate::context;
use crate::step::Value;

/// An atomic of the engine that runs the model.
pub(super) enum Backing<T: Primitive> {
    Loom(T::Loom),
    Explorer(raw::Atomic),
}

impl<T: Primitive> Backing<T> {
    pub(super) fn new(value: T) -> Self {
        match context::explores() {
            true => Backing::Explorer(raw::Atomic::new(value.to_bits(), T::MASK)),
            false => Backing::Loom(T::loom_new(value)),
        }
    }

    pub(super) fn load(&self, order: Ordering) -> T {
        match self {
            Backing::Loom(loom) => T::loom_load(loom, order),
            Backing::Explorer(atomic) => T::of_bits(atomic.load(order)),
        }
    }

    pub(super) fn store(&self, value: T, order: Ordering) {
        match self {
            Backing::Loom(loom) => T::loom_store(loom, value, order),
            Backing::Explorer(atomic) => atomic.store(value.to_bits(), order),
        }
    }

    pub(super) fn modify(
        &self,
        loom_operation: fn(&T::Loom, T, Ordering) -> T,
        update: fn(u64) -> Update,
        value: T,
        order: Ordering,
    ) -> T {
        match self {
            Backing::Loom(loom) => loom_operation(loom, value, order),
            Backing::Explorer(atomic) => T::of_bits(atomic.update(update(value.to_bits()), order)),
        }
    }

    /// In our own engine.
    pub(super) fn modify_bits(&self, update: Update, order: Ordering) -> T {
        match self {
            Backing::Loom(_) => unreachable!("loom knows no bits of a pointer"),
            Backing::Explorer(atomic) => T::of_bits(atomic.update(update, order)),
        }
    }

    /// loom's weak exchange never fails for no reason.
    pub(super) fn exchange(
        &self,
        weak: bool,
        (current, new): (T, T),
        success: Ordering,
        failure: Ordering,
    ) -> Result<T, T> {
        match self {
            Backing::Loom(loom) => T::loom_compare_exchange(loom, current, new, success, failure),
            Backing::Explorer(atomic) => {
                let values = (current.to_bits(), new.to_bits());
                let result = atomic.exchange(values, success, failure, weak);
                result.map(T::of_bits).map_err(T::of_bits)
            }
        }
    }

    pub(super) fn own(&mut self) -> T {
        match self {
            Backing::Loom(loom) => T::loom_with_mut(loom, |value| *value),
            Backing::Explorer(atomic) => T::of_bits(atomic.own()),
        }
    }

    pub(super) fn own_store(&mut self, value: T) {
        match self {
            Backing::Loom(loom) => T::loom_with_mut(loom, |stored| *stored = value),
            Backing::Explorer(atomic) => atomic.own_store(value.to_bits()),
        }
    }

    pub(super) fn into_inner(self) -> T {
        match self {
            Backing::Loom(loom) => T::loom_into_inner(loom),
            Backing::Explorer(atomic) => T::of_bits(atomic.own()),
        }
    }
}

/// The bits of an address that may serve as a tag.
pub(super) const TAG: usize = 7;

/// A type that an atomic variable can hold.
///
/// Implemented for `bool`, the integers that `std` has atomics for, and pointers; it cannot be implemented
/// for others.
pub trait Primitive: Copy + PartialEq + fmt::Debug + hidden::Backing {}

/// An integer or a `bool`: what bitwise operations work on.
pub trait Bits: Primitive + hidden::Bits {}

/// An integer: what arithmetic works on.
pub trait Integer: Bits + hidden::Integer {}

pub(super) mod hidden {
    use super::{Ordering, Update, Value};

    /// How to drive the loom type.
    pub trait Backing: Sized {
        type Loom;
        fn loom_new(value: Self) -> Self::Loom;
        fn loom_load(loom: &Self::Loom, order: Ordering) -> Self;
        fn loom_store(loom: &Self::Loom, value: Self, order: Ordering);
        fn loom_swap(loom: &Self::Loom, value: Self, order: Ordering) -> Self;
        fn loom_compare_exchange(
            loom: &Self::Loom,
            current: Self,
            new: Self,
            success: Ordering,
            failure: Ordering,
        ) -> Result<Self, Self>;
        fn loom_with_mut<R>(loom: &mut Self::Loom, access: impl FnOnce(&mut Self) -> R) -> R;
        fn loom_into_inner(loom: Self::Loom) -> Self;
        fn zero() -> Self;
        /// As a report shows it.
        fn shown(self) -> Value;
        /// The bits that a value may have, as a number.
        const MASK: u64;
        /// As a number of 64 bits, those above its own all zero.
        fn to_bits(self) -> u64;
        fn of_bits(bits: u64) -> Self;
    }

    pub trait Bits: Backing {
        fn loom_and(loom: &Self::Loom, value: Self, order: Ordering) -> Self;
        fn loom_or(loom: &Self::Loom, value: Self, order: Ordering) -> Self;
        fn loom_xor(loom: &Self::Loom, value: Self, order: Ordering) -> Self;
        fn loom_nand(loom: &Self::Loom, value: Self, order: Ordering) -> Self;
        fn and(self, other: Self) -> Self;
        fn or(self, other: Self) -> Self;
        fn xor(self, other: Self) -> Self;
        fn nand(self, other: Self) -> Self;
    }

    pub trait Integer: Bits {
        fn loom_add(loom: &Self::Loom, value: Self, order: Ordering) -> Self;
        fn loom_sub(loom: &Self::Loom, value: Self, order: Ordering) -> Self;
        fn loom_max(loom: &Self::Loom, value: Self, order: Ordering) -> Self;
        fn loom_min(loom: &Self::Loom, value: Self, order: Ordering) -> Self;
        fn add(self, other: Self) -> Self;
        fn sub(self, other: Self) -> Self;
        fn max(self, other: Self) -> Self;
        fn min(self, other: Self) -> Self;
        fn max_update(bits: u64) -> Update;
        fn min_update(bits: u64) -> Update;
    }
}

/// The methods that every loom atomic has under the same name.
macro_rules! backing_methods {
    ($loom:ty) => {
        type Loom = $loom;
        fn loom_new(value: Self) -> Self::Loom {
            <$loom>::new(value)
        }
        fn loom_load(loom: &Self::Loom, order: Ordering) -> Self {
            loom.load(order)
        }
        fn loom_store(loom: &Self::Loom, value: Self, order: Ordering) {
            loom.store(value, order);
        }
        fn loom_swap(loom: &Self::Loom, value: Self, order: Ordering) -> Self {
            loom.swap(value, order)
        }
        fn loom_compare_exchange(
            loom: &Self::Loom,
            current: Self,
            new: Self,
            success: Ordering,
            failure: Ordering,
        ) -> Result<Self, Self> {
            loom.compare_exchange(current, new, success, failure)
        }
        fn loom_into_inner(loom: Self::Loom) -> Self {
            loom.into_inner()
        }
    };
}

macro_rules! bits_methods {
    () => {
        fn loom_and(loom: &Self::Loom, value: Self, order: Ordering) -> Self {
            loom.fetch_and(value, order)
        }
        fn loom_or(loom: &Self::Loom, value: Self, order: Ordering) -> Self {
            loom.fetch_or(value, order)
        }
        fn loom_xor(loom: &Self::Loom, value: Self, order: Ordering) -> Self {
            loom.fetch_xor(value, order)
        }
        fn loom_nand(loom: &Self::Loom, value: Self, order: Ordering) -> Self {
            loom.fetch_nand(value, order)
        }
        fn and(self, other: Self) -> Self {
            self & other
        }
        fn or(self, other: Self) -> Self {
            self | other
        }
        fn xor(self, other: Self) -> Self {
            self ^ other
        }
        fn nand(self, other: Self) -> Self {
            !(self & other)
        }
    };
}

macro_rules! integers {
    ($($integer:ident $loom:ident)*) => {$(
        impl Primitive for $integer {}
        impl Bits for $integer {}
        impl Integer for $integer {}
        impl hidden::Backing for $integer {
            backing_methods!(loom::sync::atomic::$loom);
            fn loom_with_mut<R>(loom: &mut Self::Loom, access: impl FnOnce(&mut Self) -> R) -> R {
                loom.with_mut(access)
            }
            fn zero() -> Self {
                0
            }
            fn shown(self) -> Value {
                Value::Int(self as i128)
            }
            const MASK: u64 = u64::MAX >> (64 - Self::BITS);
            fn to_bits(self) -> u64 {
                self as u64 & Self::MASK
            }
            fn of_bits(bits: u64) -> Self {
                bits as Self
            }
        }
        impl hidden::Bits for $integer {
            bits_methods!();
        }
        impl hidden::Integer for $integer {
            fn loom_add(loom: &Self::Loom, value: Self, order: Ordering) -> Self {
                loom.fetch_add(value, order)
            }
            fn loom_sub(loom: &Self::Loom, value: Self, order: Ordering) -> Self {
                loom.fetch_sub(value, order)
            }
            fn loom_max(loom: &Self::Loom, value: Self, order: Ordering) -> Self {
                loom.fetch_max(value, order)
            }
            fn loom_min(loom: &Self::Loom, value: Self, order: Ordering) -> Self {
                loom.fetch_min(value, order)
            }
            fn add(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            fn sub(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            fn max(self, other: Self) -> Self {
                Ord::max(self, other)
            }
            fn min(self, other: Self) -> Self {
                Ord::min(self, other)
            }
            fn max_update(bits: u64) -> Update {
                match Self::MIN == 0 {
                    true => Update::Max(bits),
                    false => Update::SignedMax(bits, Self::BITS - 1),
                }
            }
            fn min_update(bits: u64) -> Update {
                match Self::MIN == 0 {
                    true => Update::Min(bits),
                    false => Update::SignedMin(bits, Self::BITS - 1),
                }
            }
        }
    )*};
}

integers! {
    u8 AtomicU8 u16 AtomicU16 u32 AtomicU32 u64 AtomicU64 usize AtomicUsize
    i8 AtomicI8 i16 AtomicI16 i32 AtomicI32 i64 AtomicI64 isize AtomicIsize
}

impl Primitive for bool {}
impl Bits for bool {}
impl hidden::Backing for bool {
    backing_methods!(loom::sync::atomic::AtomicBool);
    fn loom_with_mut<R>(loom: &mut Self::Loom, access: impl FnOnce(&mut Self) -> R) -> R {
        // Loom's has no `with_mut`. A new variable, made here, is as good: every later access comes after it.
        // SAFETY: exclusively borrowed; no other thread accesses it.
        let mut value = unsafe { loom.unsync_load() };
        let result = access(&mut value);
        *loom = Self::loom_new(value);
        result
    }
    fn zero() -> Self {
        false
    }
    fn shown(self) -> Value {
        Value::Bool(self)
    }
    const MASK: u64 = 1;
    fn to_bits(self) -> u64 {
        u64::from(self)
    }
    fn of_bits(bits: u64) -> Self {
        bits != 0
    }
}
impl hidden::Bits for bool {
    bits_methods!();
}

impl<T> Primitive for *mut T {}
impl<T> hidden::Backing for *mut T {
    backing_methods!(loom::sync::atomic::AtomicPtr<T>);
    fn loom_with_mut<R>(loom: &mut Self::Loom, access: impl FnOnce(&mut Self) -> R) -> R {
        loom.with_mut(access)
    }
    fn zero() -> Self {
        std::ptr::null_mut()
    }
    fn shown(self) -> Value {
        Value::Pointer(self.addr())
    }
    const MASK: u64 = u64::MAX;
    /// An address differs from run to run; its name does not. The tag in its low bits stays as it is.
    fn to_bits(self) -> u64 {
        let address = self.expose_provenance();
        raw::name_of(address & !TAG) * (TAG as u64 + 1) + (address & TAG) as u64
    }
    fn of_bits(bits: u64) -> Self {
        let tag = bits as usize & TAG;
        std::ptr::with_exposed_provenance_mut(raw::address_of(bits / (TAG as u64 + 1)) | tag)
    }
}
