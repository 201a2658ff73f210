//! `if` where `while` belongs: a wait may end though nobody notified.

use std::sync::Arc;

use lanes::sync::{Condvar, Mutex, thread};

#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

pub(crate) fn program() {
    let gate = Arc::new(Gate::default());
    let opener = thread::spawn({
        let gate = Arc::clone(&gate);
        move || {
            *gate.open.lock().unwrap() = true;
            gate.opened.notify_one();
        }
    });
    let mut open = gate.open.lock().unwrap();
    if !*open {
        open = gate.opened.wait(open).unwrap();
    }
    assert!(*open, "through a closed gate");
    drop(open);
    opener.join().unwrap();
}
