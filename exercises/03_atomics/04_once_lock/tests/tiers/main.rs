//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `crate::sync` means in the copy of your source that the models explore.
use lanes::sync;

/// The payload of a panic that a test makes. It is raised with `resume_unwind`, which prints nothing: what you
/// read in the output is about your code.
struct Expected;

fn panic_as_expected<T>() -> T {
    std::panic::resume_unwind(Box::new(Expected))
}

/// What `run` returns, or `None` if it leaves by the test's own panic. Any other goes on.
fn or_panics<T>(run: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(value) => Some(value),
        Err(payload) if payload.is::<Expected>() => None,
        Err(other) => std::panic::resume_unwind(other),
    }
}
