//! The result is computed before the locals are dropped: a deferred closure comes too late to change it.

use std::cell::Cell;

use defer_stack::DeferStack;

fn too_late(attempts: &Cell<u32>) -> u32 {
    let mut cleanup = DeferStack::new();
    cleanup.defer(|| attempts.set(attempts.get() + 1));
    attempts.get()
}

fn in_time(attempts: &Cell<u32>) -> u32 {
    {
        let mut cleanup = DeferStack::new();
        cleanup.defer(|| attempts.set(attempts.get() + 1));
    }
    attempts.get()
}

fn main() {
    println!("one scope: {}", too_late(&Cell::new(1)));
    println!("a scope inside: {}", in_time(&Cell::new(1)));
}
