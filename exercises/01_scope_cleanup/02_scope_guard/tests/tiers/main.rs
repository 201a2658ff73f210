//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// The payload of the panics that the tests make. They are raised with `resume_unwind`, which unwinds as
/// `panic!` does but prints nothing: what you read in the output is about your code.
#[derive(Debug, PartialEq)]
struct Panic(&'static str);

/// Begins the panic `Panic(name)`.
fn panic_with(name: &'static str) -> ! {
    resume_unwind(Box::new(Panic(name)))
}

/// Runs `scope` and says which of the tests' panics it ended with. Any other panic, `todo!()` included,
/// goes on and fails the test.
fn panic_of(scope: impl FnOnce()) -> Option<Panic> {
    let payload = catch_unwind(AssertUnwindSafe(scope)).err()?;
    match payload.downcast() {
        Ok(ours) => Some(*ours),
        Err(other) => resume_unwind(other),
    }
}
