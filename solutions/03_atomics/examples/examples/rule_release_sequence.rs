//! Which writes over a release let it through, to a thread that reads what they wrote.

use atomics_examples::rules::{outcomes, written_over};

fn main() {
    for (what, threads) in written_over() {
        if !outcomes(threads).iter().any(|read| read[0] == Some(0)) {
            println!("{what}");
        }
    }
}
