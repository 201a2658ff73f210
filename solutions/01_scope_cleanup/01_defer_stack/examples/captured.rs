//! What a deferred closure sees: the value it was given, or the variable as it is when it runs.

use std::cell::Cell;

use defer_stack::DeferStack;

fn main() {
    let step = Cell::new(1);
    {
        let mut cleanup = DeferStack::new();
        let now = step.get();
        cleanup.defer(move || println!("moved in when it was declared: {now}"));
        cleanup.defer(|| println!("borrowed, read when it runs: {}", step.get()));
        step.set(2);
    }
}
