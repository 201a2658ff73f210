//! All that a reader can see, in two looks at a variable that somebody counts up.

use atomics_examples::model::{litmus, outcomes};
use atomics_examples::orders::Weak;

fn main() {
    for [_, reader] in outcomes(litmus::coherence::<Weak>()) {
        let (first, second) = reader.expect("the reader reads");
        println!("{first} then {second}");
    }
}
