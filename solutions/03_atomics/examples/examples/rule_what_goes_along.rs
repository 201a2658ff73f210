//! What a thread can read that has seen a flag, of what was written before the flag and after it.

use atomics_examples::rules::{Thread, outcomes};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

fn main() {
    // ANCHOR: body
    let threads: [Thread<3, Option<(u32, u32)>>; 2] = [
        |[before, flag, after]| {
            before.store(1, Relaxed);
            flag.store(1, Release);
            after.store(1, Relaxed);
            None
        },
        |[before, flag, after]| {
            let raised = flag.load(Acquire) == 1;
            raised.then(|| (before.load(Relaxed), after.load(Relaxed)))
        },
    ];
    // ANCHOR_END: body
    for [_, read] in outcomes(threads) {
        if let Some((before, after)) = read {
            println!("before {before}, after {after}");
        }
    }
}
