//! What a thread can read from a variable that it has just written.

use atomics_examples::rules::{Thread, outcomes};
use std::sync::atomic::Ordering::Relaxed;

fn main() {
    // ANCHOR: body
    let threads: [Thread<1, Option<u32>>; 2] = [
        |[x]| {
            x.store(1, Relaxed);
            Some(x.load(Relaxed))
        },
        |[x]| {
            x.store(2, Relaxed);
            None
        },
    ];
    // ANCHOR_END: body
    for [read, _] in outcomes(threads) {
        println!("{}", read.expect("the first thread reads"));
    }
}
