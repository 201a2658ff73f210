//! Allocations: an access after the end of one, a second end, and an end that never comes are failures.

use std::cell::RefCell;
use std::collections::HashMap;

pub use std::alloc::Layout;

use crate::op::{Content, Effect, Op};
use crate::world::{Kind, counts, effect, free_later, fresh_name, number, step};

thread_local! {
    /// The numbers of allocations, by address. What a later run allocates takes the place of what an earlier one left.
    static NUMBERS: RefCell<HashMap<usize, usize>> = RefCell::default();
}

/// The number of a new allocation.
fn born() -> usize {
    let c = number(Kind::Cell);
    effect(Effect::Cell {
        c,
        content: Content::Value(0),
        owned: true,
    });
    c
}

/// A value that has to be dropped before the execution ends.
#[derive(Debug)]
pub struct Track<T> {
    value: T,
    life: Life,
}

impl<T> Track<T> {
    /// Watches a value.
    pub fn new(value: T) -> Self {
        Self {
            value,
            life: Life { c: born() },
        }
    }

    /// The value.
    pub fn get_ref(&self) -> &T {
        step(Op::Read { c: self.life.c });
        &self.value
    }

    /// The value, to change it.
    pub fn get_mut(&mut self) -> &mut T {
        step(Op::Write { c: self.life.c });
        &mut self.value
    }
}

#[derive(Debug)]
struct Life {
    c: usize,
}

impl Drop for Life {
    fn drop(&mut self) {
        step(Op::Free { c: self.c });
    }
}

/// Allocates, and expects [`dealloc`] before the execution ends.
///
/// # Safety
///
/// As for [`std::alloc::alloc`].
pub unsafe fn alloc(layout: Layout) -> *mut u8 {
    // SAFETY: the caller's promise.
    let pointer = unsafe { std::alloc::alloc(layout) };
    if counts() && !pointer.is_null() {
        let c = born();
        fresh_name(pointer.expose_provenance());
        NUMBERS.with_borrow_mut(|numbers| numbers.insert(pointer.addr(), c));
    }
    pointer
}

/// Frees what [`alloc`] made. The memory stays where it is until the run is over, so that no address is given twice.
///
/// # Safety
///
/// As for [`std::alloc::dealloc`].
///
/// # Panics
///
/// Panics if it did not come from [`alloc`].
pub unsafe fn dealloc(pointer: *mut u8, layout: Layout) {
    if !counts() {
        return;
    }
    let c = NUMBERS.with_borrow(|numbers| numbers.get(&pointer.addr()).copied());
    let c = c.expect("what is freed was never allocated by `sync::alloc`");
    step(Op::Free { c });
    if counts() {
        free_later(move || {
            // SAFETY: the caller's promise, and an execution that frees it twice ends before it comes here again.
            unsafe { std::alloc::dealloc(pointer, layout) };
        });
    }
}
