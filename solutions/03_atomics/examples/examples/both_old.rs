//! With which orderings two threads that each raise a flag can both miss the other's.

use atomics_examples::model::{litmus, outcomes};
use atomics_examples::orders::{Orders, Paired, Strong, Weak};

fn main() {
    let weakest = [
        ("Relaxed", can_both_miss::<Weak>()),
        ("Release and Acquire", can_both_miss::<Paired>()),
        ("SeqCst", can_both_miss::<Strong>()),
    ]
    .into_iter()
    .find(|(_, both_miss)| !both_miss);
    println!("{}", weakest.map_or("none", |(name, _)| name));
}

/// Whether both can read the old value.
fn can_both_miss<O: Orders>() -> bool {
    outcomes(litmus::store_buffering::<O>()).contains(&[0, 0])
}
