//! The weakest ordering with which two readers agree on the order of two writes to one variable.

use atomics_examples::orders::{Orders, Paired, Strong, Weak};
use atomics_examples::rules::{Thread, outcomes};

// ANCHOR: body
fn threads<O: Orders>() -> [Thread<1, Option<(u32, u32)>>; 4] {
    [
        |[x]| Some((x.load(O::LOAD), x.load(O::LOAD))),
        |[x]| Some((x.load(O::LOAD), x.load(O::LOAD))),
        |[x]| {
            x.store(1, O::STORE);
            None
        },
        |[x]| {
            x.store(2, O::STORE);
            None
        },
    ]
}
// ANCHOR_END: body

fn main() {
    let weakest = [
        ("Relaxed", can_disagree::<Weak>()),
        ("Release and Acquire", can_disagree::<Paired>()),
        ("SeqCst", can_disagree::<Strong>()),
    ]
    .into_iter()
    .find(|(_, can_disagree)| !can_disagree);
    println!("{}", weakest.map_or("none", |(name, _)| name));
}

/// Whether one can see 1 and then 2, and the other 2 and then 1.
fn can_disagree<O: Orders>() -> bool {
    outcomes(threads::<O>())
        .iter()
        .any(|&[one, other, ..]| one == Some((1, 2)) && other == Some((2, 1)))
}
