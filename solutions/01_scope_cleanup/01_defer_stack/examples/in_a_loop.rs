//! One stack around the loop holds everything to the end; one inside lets go in every turn.

use std::cell::Cell;

use defer_stack::DeferStack;

fn main() {
    let open = Cell::new(0);

    let mut cleanup = DeferStack::new();
    for file in ["a", "b", "c"] {
        open.set(open.get() + 1);
        cleanup.defer(|| open.set(open.get() - 1));
        println!("stack around the loop: file {file}, {} open", open.get());
    }
    cleanup.run();

    for file in ["a", "b", "c"] {
        let mut cleanup = DeferStack::new();
        open.set(open.get() + 1);
        cleanup.defer(|| open.set(open.get() - 1));
        println!("stack in the loop: file {file}, {} open", open.get());
    }
}
