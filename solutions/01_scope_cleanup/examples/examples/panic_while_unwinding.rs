// exits: abort
//! A destructor that panics while its thread is unwinding.

use std::panic::catch_unwind;

use scope_cleanup_examples::Noisy;

// ANCHOR: body
struct Careless;

impl Drop for Careless {
    fn drop(&mut self) {
        println!("drop Careless");
        panic!("the disk is full");
    }
}

fn main() {
    let caught = catch_unwind(|| {
        let _declared_first = Noisy("declared first");
        let _careless = Careless;
        let _declared_last = Noisy("declared last");
        panic!("not a number");
    });
    println!("caught: {}", caught.is_err());
}
// ANCHOR_END: body
