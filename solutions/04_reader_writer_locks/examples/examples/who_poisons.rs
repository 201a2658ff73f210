//! Which panics poison the reader–writer lock of the standard library.

use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::RwLock;

fn main() {
    panic::set_hook(Box::new(|_| ())); // these panics are part of the example

    // ANCHOR: body
    let price = RwLock::new(100);
    let panics = |work: &dyn Fn()| assert!(catch_unwind(AssertUnwindSafe(work)).is_err());

    panics(&|| {
        let price = price.read().unwrap();
        panic!("while it reads {price}");
    });
    let by_a_reader = price.is_poisoned();

    panics(&|| {
        let mut price = price.write().unwrap();
        *price += 1;
        panic!("while it writes {price}");
    });
    let by_a_writer = price.is_poisoned();

    println!("by a reader: {by_a_reader}, by a writer: {by_a_writer}");
    // ANCHOR_END: body
}
