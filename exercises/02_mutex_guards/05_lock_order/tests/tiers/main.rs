//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

/// What `crate::sync` means in the copy of your source that the models explore.
use lanes::sync;

/// The payload of a panic that a test makes. It is raised with `resume_unwind`, which prints nothing: what you
/// read in the output is about your code.
struct Spilt;

/// Runs `scope`, which is to end in a [`Spilt`]. Any other panic goes on and fails the test.
fn spills(scope: impl FnOnce()) {
    let scope = std::panic::AssertUnwindSafe(scope);
    match std::panic::catch_unwind(scope) {
        Ok(()) => panic!("`dine` should let the panic of `eat` through"),
        Err(payload) if payload.is::<Spilt>() => {}
        Err(other) => std::panic::resume_unwind(other),
    }
}
