use std::cell::UnsafeCell;
use std::fmt;
use std::ops::Deref;

use crate::op::{Effect, Op};
use crate::world::{Kind, counts, effect, number, step};

/// A counted reference. Which thread drops the last one is a step that is explored, and a leak is a failure.
///
/// `std`'s `Arc` in a program that is explored is a hidden state: a thread is not told whether its reference was the last.
/// That makes no difference as long as dropping the value takes no step of its own.
pub struct Arc<T> {
    shared: std::sync::Arc<Shared<T>>,
}

struct Shared<T> {
    value: UnsafeCell<Option<T>>,
    r: usize,
}

// SAFETY: as `std`'s `Arc`: the value is shared, and dropped by whoever is last.
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

impl<T> Arc<T> {
    /// A counted reference to `value`.
    pub fn new(value: T) -> Self {
        let r = number(Kind::Refs);
        effect(Effect::Refs { r });
        Self {
            shared: std::sync::Arc::new(Shared {
                value: UnsafeCell::new(Some(value)),
                r,
            }),
        }
    }

    /// How many references there are.
    pub fn strong_count(this: &Self) -> usize {
        step(Op::RefCount { r: this.shared.r }).val as usize
    }

    /// The value, to change it, if this is the only reference.
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        if Self::strong_count(this) != 1 {
            return None;
        }
        // SAFETY: there is no other reference, and this one is borrowed for as long.
        unsafe { &mut *this.shared.value.get() }.as_mut()
    }

    /// Whether both lead to the same value.
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        std::sync::Arc::ptr_eq(&this.shared, &other.shared)
    }
}

impl<T> Clone for Arc<T> {
    fn clone(&self) -> Self {
        step(Op::Ref { r: self.shared.r });
        Self {
            shared: std::sync::Arc::clone(&self.shared),
        }
    }
}

impl<T> Deref for Arc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: nobody changes the value while it is shared.
        let value = unsafe { &*self.shared.value.get() };
        value
            .as_ref()
            .expect("it is dropped with the last reference")
    }
}

impl<T> Drop for Arc<T> {
    fn drop(&mut self) {
        let is_last = step(Op::Unref { r: self.shared.r }).ok;
        if is_last && counts() {
            // SAFETY: there is no other reference.
            let value = unsafe { &mut *self.shared.value.get() }.take();
            drop(value);
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Arc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
