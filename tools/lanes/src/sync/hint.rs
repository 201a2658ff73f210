//! What to do while you wait.

use std::panic::Location;

use crate::context;
use crate::step::{Op, Step};

/// Says that this thread waits for another: nothing will change until another thread takes a step.
///
/// A waiting loop has to call it, or [`yield_now`](super::thread::yield_now), in a model. Without it the
/// model would run the loop for ever and never let the other threads come to its help.
#[track_caller]
pub fn spin_loop() {
    spin(Location::caller());
}

pub(super) fn spin(site: &'static Location<'static>) {
    if context::unwinding() {
        return;
    }
    let step = context::begin(site, || Step::new(Op::Spin, site));
    if context::round_was_futile() {
        // What follows would follow the same from the round before, where all of it is explored.
        loom::skip_branch();
    }
    loom::thread::yield_now();
    step.end(|_| {});
}
