//! With which orderings two readers can disagree on which of two independent writes came first.

use atomics_examples::model::{litmus, outcomes};
use atomics_examples::orders::{Orders, Paired, Strong, Weak};

fn main() {
    for (name, disagree) in [
        ("Relaxed", can_disagree::<Weak>()),
        ("Release and Acquire", can_disagree::<Paired>()),
        ("SeqCst", can_disagree::<Strong>()),
    ] {
        if disagree {
            println!("{name}");
        }
    }
}

/// Whether each of them can see its first variable written, and its second one not.
fn can_disagree<O: Orders>() -> bool {
    outcomes(litmus::independent_writes::<O>())
        .iter()
        .any(|&[x_first, y_first, ..]| x_first == Some((1, 0)) && y_first == Some((1, 0)))
}
