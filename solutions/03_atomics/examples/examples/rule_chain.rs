//! What the last thread can read of a message that another has passed on.

use atomics_examples::rules::{Thread, outcomes};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

fn main() {
    // ANCHOR: body
    let threads: [Thread<3, Option<u32>>; 3] = [
        |[data, sent, _]| {
            data.store(1, Relaxed);
            sent.store(1, Release);
            None
        },
        |[_, sent, passed_on]| {
            if sent.load(Acquire) == 1 {
                passed_on.store(1, Release);
            }
            None
        },
        |[data, _, passed_on]| (passed_on.load(Acquire) == 1).then(|| data.load(Relaxed)),
    ];
    // ANCHOR_END: body
    for [.., read] in outcomes(threads) {
        if let Some(data) = read {
            println!("{data}");
        }
    }
}
