//! All that the model sees two threads read, if each looks at the other's flag and raises its own.

use atomics_examples::model::{litmus, outcomes};
use atomics_examples::orders::Weak;

fn main() {
    for [left, right] in outcomes(litmus::load_buffering::<Weak>()) {
        println!("left {left}, right {right}");
    }
}
