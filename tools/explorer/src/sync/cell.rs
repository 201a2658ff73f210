//! Plain memory that threads share.

use std::fmt;

use super::content_of;
use crate::op::{Content, Effect, Op};
use crate::world::{Kind, counts, effect, number, step, steps};

/// Memory whose accesses are watched: two that nothing orders, one of them a write, are a failure.
///
/// It is reached through a closure, so that it is known when an access begins and ends.
pub struct UnsafeCell<T> {
    value: std::cell::UnsafeCell<T>,
    c: usize,
}

impl<T> UnsafeCell<T> {
    /// A cell that holds `value`.
    pub fn new(value: T) -> Self {
        let c = number(Kind::Cell);
        effect(Effect::Cell {
            c,
            content: content_of(&value),
            owned: false,
        });
        Self {
            value: std::cell::UnsafeCell::new(value),
            c,
        }
    }

    /// Reads: `access` gets the address, and must not write there or keep it.
    pub fn with<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
        self.access(Op::Read { c: self.c }, || access(self.value.get()))
    }

    /// Reads and writes: `access` gets the address, and must not keep it.
    pub fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
        let result = self.access(Op::Write { c: self.c }, || access(self.value.get()));
        effect(Effect::Wrote {
            c: self.c,
            content: self.content(),
        });
        result
    }

    /// The value, by who owns it.
    pub fn into_inner(self) -> T {
        step(Op::Read { c: self.c });
        self.value.into_inner()
    }

    /// An access in which other steps are taken lasts until after them: it is one before and one behind.
    fn access<R>(&self, op: Op, access: impl FnOnce() -> R) -> R {
        step(op);
        let before = steps();
        let result = access();
        if steps() != before && counts() {
            step(op);
        }
        result
    }

    fn content(&self) -> Content {
        // SAFETY: all threads of a program share one thread of the machine, and none is in the middle of an access.
        content_of(unsafe { &*self.value.get() })
    }
}

impl<T> fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsafeCell").finish_non_exhaustive()
    }
}
