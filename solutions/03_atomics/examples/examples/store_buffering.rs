//! All that two threads can read, if each raises its own flag and looks at the other's.

use atomics_examples::model::{litmus, outcomes};
use atomics_examples::orders::Weak;

fn main() {
    for [left, right] in outcomes(litmus::store_buffering::<Weak>()) {
        println!("left {left}, right {right}");
    }
}
