//! The weakest ordering with which two readers agree on the order of two writes to one variable.

use atomics_examples::orders::{Orders, Paired, Strong, Weak};
use atomics_examples::rules::{one_order, outcomes};

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
    outcomes(one_order::<O>())
        .iter()
        .any(|&[one, other, ..]| one == Some((1, 2)) && other == Some((2, 1)))
}
