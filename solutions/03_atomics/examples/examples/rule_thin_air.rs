//! What two threads can read that each copy what the other has written.

use atomics_examples::rules::{outcomes, thin_air};

fn main() {
    for [left, right] in outcomes(thin_air()) {
        println!("{left} and {right}");
    }
}
