//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule. And one
//! question more, how a thread waits.

mod behaviour;
mod models;
mod sleep;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

/// What `crate::sync` means in the copy of your source that the models explore.
use lanes::sync;

/// The payload of a panic that a test makes. It is raised with `resume_unwind`, which prints nothing: what you
/// read in the output is about your code.
struct Expected;

fn panic_as_expected() -> ! {
    std::panic::resume_unwind(Box::new(Expected))
}

/// What a thread or a `catch_unwind` ended with should be the test's own panic. Any other goes on.
#[track_caller]
fn expect_panic(ended: std::thread::Result<()>) {
    match ended {
        Ok(()) => panic!("the panic of the work was swallowed: whoever joins should hear of it"),
        Err(payload) if payload.is::<Expected>() => {}
        Err(other) => std::panic::resume_unwind(other),
    }
}
