//! All that a reader can see of a flag and the data behind it.

use atomics_examples::model::{litmus, outcomes};
use atomics_examples::orders::Weak;

fn main() {
    for [_, reader] in outcomes(litmus::message_passing::<Weak>()) {
        let (flag, data) = reader.expect("the reader reads");
        println!("flag {flag}, data {data}");
    }
}
