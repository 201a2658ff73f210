//! What the last thread can read of a message that another has passed on.

use atomics_examples::rules::{chain, outcomes};

fn main() {
    for [.., read] in outcomes(chain()) {
        if let Some(data) = read {
            println!("{data}");
        }
    }
}
