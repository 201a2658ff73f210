//! What a thread can read that has seen a flag, of what was written before the flag and after it.

use atomics_examples::rules::{outcomes, what_goes_along};

fn main() {
    for [_, read] in outcomes(what_goes_along()) {
        if let Some((before, after)) = read {
            println!("before {before}, after {after}");
        }
    }
}
