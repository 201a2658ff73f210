//! With which orderings two threads that each raise a flag, and look at the other's, can both miss it.

use atomics_examples::orders::{Orders, Strong};
use atomics_examples::rules::{Thread, outcomes};
use std::sync::atomic::Ordering::{self, Acquire, Release, SeqCst};

/// Only the stores are in the one order.
struct Stores;
impl Orders for Stores {
    const NAME: &'static str = "the stores are SeqCst, the loads Acquire";
    const STORE: Ordering = SeqCst;
    const LOAD: Ordering = Acquire;
}

/// Only the loads are.
struct Loads;
impl Orders for Loads {
    const NAME: &'static str = "the stores are Release, the loads SeqCst";
    const STORE: Ordering = Release;
    const LOAD: Ordering = SeqCst;
}

// ANCHOR: body
fn threads<O: Orders>() -> [Thread<2, u32>; 2] {
    [
        |[x, y]| {
            x.store(1, O::STORE);
            y.load(O::LOAD)
        },
        |[x, y]| {
            y.store(1, O::STORE);
            x.load(O::LOAD)
        },
    ]
}
// ANCHOR_END: body

fn main() {
    told::<Loads>();
    told::<Stores>();
    told::<Strong>();
}

fn told<O: Orders>() {
    if outcomes(threads::<O>()).contains(&[0, 0]) {
        println!("{}", O::NAME);
    }
}
