//! `if` where `while` belongs, and the other thread stands in front of the lock when the wait ends for no reason.

use std::sync::Arc;

use lanes::sync::{Condvar, Mutex, thread};

#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

pub(crate) fn program() {
    let gate = Arc::new(Gate::default());
    let visitor = thread::spawn({
        let gate = Arc::clone(&gate);
        move || {
            let mut open = gate.open.lock().unwrap();
            if !*open {
                open = gate.opened.wait(open).unwrap();
            }
            assert!(*open, "through a closed gate");
        }
    });
    *gate.open.lock().unwrap() = true;
    gate.opened.notify_one();
    visitor.join().unwrap();
}
