//! What two threads can read that each copy what the other has written.

use atomics_examples::rules::{Thread, outcomes};
use std::sync::atomic::Ordering::Relaxed;

fn main() {
    // ANCHOR: body
    let threads: [Thread<2, u32>; 2] = [
        |[x, y]| {
            let seen = x.load(Relaxed);
            y.store(seen, Relaxed);
            seen
        },
        |[x, y]| {
            let seen = y.load(Relaxed);
            x.store(seen, Relaxed);
            seen
        },
    ];
    // ANCHOR_END: body
    for [left, right] in outcomes(threads) {
        println!("{left} and {right}");
    }
}
