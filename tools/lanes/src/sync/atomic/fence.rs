use std::panic::Location;

use super::{Ordering, ordering};
use crate::context::{self, begin};
use crate::ordering::OrderedAccess;
use crate::step::{Op, Step};

/// A fence: orders the accesses before it against those after it.
///
/// # Panics
///
/// Panics if `order` is `Relaxed`.
#[track_caller]
pub fn fence(order: Ordering) {
    assert!(
        order != Ordering::Relaxed,
        "there is no such thing as a relaxed fence"
    );
    if context::unwinding() {
        return;
    }
    let site = Location::caller();
    let order = ordering(site, OrderedAccess::Fence, "fence", order);
    if order == Ordering::Relaxed {
        // Weakened to nothing.
        return;
    }
    let step = begin(site, || Step::new(Op::Fence, site).ordered(order));
    match context::explores() {
        true => explorer::raw::fence(order),
        false => loom::sync::atomic::fence(order),
    }
    step.end(|_| {});
}
