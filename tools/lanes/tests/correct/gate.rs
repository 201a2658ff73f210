//! A wait in a loop, on a condition that is changed under the lock.

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
    while !*open {
        open = gate.opened.wait(open).unwrap();
    }
    drop(open);
    opener.join().unwrap();
}
