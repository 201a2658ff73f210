//! What a thread can read from a variable that it has just written.

use atomics_examples::rules::{outcomes, own_thread};

fn main() {
    for [read, _] in outcomes(own_thread()) {
        println!("{}", read.expect("the first thread reads"));
    }
}
