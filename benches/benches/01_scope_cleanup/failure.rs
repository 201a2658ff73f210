//! A function that fails while it holds something: by an error, or by a panic.

use std::cell::Cell;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use benches::release::work;
use benches::scope_cleanup::room::{Room, visits};

#[derive(Debug)]
pub(crate) struct Spoilt;

pub(crate) type Outcome = Result<(), Spoilt>;

pub(crate) fn succeed() -> Outcome {
    work();
    Ok(())
}

pub(crate) fn return_an_error() -> Outcome {
    work();
    Err(Spoilt)
}

pub(crate) fn raise_a_panic() -> Outcome {
    work();
    resume_unwind(Box::new(Spoilt))
}

/// Takes something in each of `depth` calls, and then does `leaf`.
#[inline(never)]
pub(crate) fn visit_and(room: &Room, depth: u64, leaf: fn() -> Outcome) -> Outcome {
    let _visit = room.visit();
    match depth {
        1 => black_box(leaf)(),
        _ => {
            visit_and(room, depth - 1, leaf)?;
            Ok(())
        }
    }
}

/// The same behind a boundary, which turns a panic into an error.
pub(crate) fn caught(room: &Room, depth: u64, leaf: fn() -> Outcome) -> Outcome {
    catch_unwind(AssertUnwindSafe(|| visit_and(room, depth, leaf))).unwrap_or(Err(Spoilt))
}

/// `rounds` rounds, each of which must fail.
pub(crate) fn failures(rounds: u64, depth: u64, round: impl Fn(&Room) -> Outcome) -> Duration {
    let failures = Cell::new(0);
    let elapsed = visits(rounds, depth, |room| {
        failures.set(failures.get() + u64::from(round(room).is_err()));
    });
    assert_eq!(failures.get(), rounds, "failures");
    elapsed
}
