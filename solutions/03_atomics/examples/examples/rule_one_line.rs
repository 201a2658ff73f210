//! With which orderings two threads that each raise a flag, and look at the other's, can both miss it.

use atomics_examples::orders::{Orders, Strong};
use atomics_examples::rules::{StrongLoads, StrongStores, one_line, outcomes};

fn main() {
    tell::<StrongLoads>();
    tell::<StrongStores>();
    tell::<Strong>();
}

fn tell<O: Orders>() {
    if outcomes(one_line::<O>()).contains(&[0, 0]) {
        println!("{}", O::NAME);
    }
}
