//! What to do while you wait.

use std::panic::Location;

use crate::context;
use crate::step::{Op, Step};

/// Says that this thread waits for another.
///
/// loom needs to be told; the other engine sees by itself that a loop waits.
#[track_caller]
pub fn spin_loop() {
    spin("spin_loop", Location::caller());
}

pub(super) fn spin(method: &'static str, site: &'static Location<'static>) {
    if context::unwinding() {
        return;
    }
    let step = context::begin(site, || Step::new(Op::Spin, site).method(method));
    match context::explores() {
        true => explorer::raw::thread::pause(),
        false => loom::thread::yield_now(),
    }
    step.end(|_| {});
}
