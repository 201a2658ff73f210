//! Panics that are part of a test: raised without a message, caught by name.
//!
//! A test of what happens on panic has to raise one. `panic!` prints a message, and where the test runs a thousand rounds,
//! a thousand messages bury the one that matters; inside a model it is a failure. [`panic_with`] unwinds as `panic!` does
//! and prints nothing: what is left in the output is about the code under test.
//!
//! Nor may such a test catch whatever comes. [`panic_of`] and [`caught`] stop a [`Panic`], and let every other panic,
//! `todo!()` and a failed assertion included, go on and fail the test.
//!
//! ```
//! use lanes::panics::{Panic, panic_of, panic_with};
//!
//! let lock = std::sync::Mutex::new(0);
//! let panic = panic_of(|| {
//!     let _guard = lock.lock();
//!     panic_with("the holder")
//! });
//! assert_eq!(panic, Some(Panic("the holder")));
//! assert!(lock.is_poisoned());
//! ```

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The payload of a panic that is part of a test, with its name: where it was raised, or by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panic(pub &'static str);

/// Begins the panic `Panic(name)`. It prints nothing, and no panic hook hears of it.
///
/// # Panics
///
/// Always.
pub fn panic_with(name: &'static str) -> ! {
    resume_unwind(Box::new(Panic(name)))
}

/// Runs `scope`, and says which of the test's panics it ended with: `None` if it returned.
///
/// What `scope` has changed when it panics is for the test to look at: unwind safety is not asked for.
///
/// # Panics
///
/// Panics where `scope` does with a payload that is no [`Panic`], with that payload. Panics if the payload is the box of
/// another one: it came out of a `catch_unwind` and was raised again as a new panic.
pub fn panic_of(scope: impl FnOnce()) -> Option<Panic> {
    caught(scope).err()
}

/// Runs `scope`, and returns what it returns, or which of the test's panics it ended with.
///
/// # Errors
///
/// The [`Panic`] that ended `scope`.
///
/// # Panics
///
/// As [`panic_of`].
pub fn caught<R>(scope: impl FnOnce() -> R) -> Result<R, Panic> {
    catch_unwind(AssertUnwindSafe(scope)).map_err(|payload| match payload.downcast() {
        Ok(ours) => *ours,
        Err(other) if other.is::<Box<dyn Any + Send>>() => panic!(
            "the panic came out in a box round its box: `panic_any` makes a new panic, `resume_unwind` lets the old one go on"
        ),
        Err(other) => resume_unwind(other),
    })
}

/// What a destructor does while somebody else's panic unwinds: it calls the closure when it is dropped.
///
/// ```
/// use std::cell::Cell;
///
/// use lanes::panics::{DuringAPanic, panic_of, panic_with};
///
/// let was_panicking = Cell::new(false);
/// panic_of(|| {
///     let _cleanup = DuringAPanic(|| was_panicking.set(std::thread::panicking()));
///     panic_with("somebody else")
/// });
/// assert!(was_panicking.get());
/// ```
#[derive(Debug)]
pub struct DuringAPanic<F: FnMut()>(pub F);

impl<F: FnMut()> Drop for DuringAPanic<F> {
    fn drop(&mut self) {
        self.0();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_test_is_caught_by_name() {
        assert_eq!(
            panic_of(|| panic_with("a closure")),
            Some(Panic("a closure"))
        );
        assert_eq!(
            caught(|| -> u32 { panic_with("a call") }),
            Err(Panic("a call"))
        );
    }

    #[test]
    fn without_a_panic_the_value_comes_back() {
        assert_eq!(panic_of(|| ()), None);
        assert_eq!(caught(|| 7), Ok(7));
    }

    #[test]
    fn any_other_panic_goes_on_as_it_was() {
        let payload = catch_unwind(|| panic_of(|| resume_unwind(Box::new("not ours"))));
        let payload = payload.expect_err("it is no panic of the test's");
        assert_eq!(payload.downcast_ref(), Some(&"not ours"));
    }

    #[test]
    fn a_payload_that_was_boxed_again_is_told_apart() {
        let boxed: Box<dyn Any + Send> = Box::new(Panic("the scope"));
        let scope = AssertUnwindSafe(|| panic_of(|| resume_unwind(Box::new(boxed))));
        let message = catch_unwind(scope);
        let message = message.expect_err("it is a new panic, not the old one");
        let message = message.downcast_ref::<&str>().expect("a message");
        assert!(message.contains("in a box round its box"), "{message}");
    }
}
