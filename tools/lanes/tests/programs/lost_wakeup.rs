//! The notification comes between the look and the wait, and finds nobody.

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
    let open = *gate.open.lock().unwrap();
    if !open {
        let closed = gate.open.lock().unwrap();
        drop(gate.opened.wait(closed).unwrap());
    }
    opener.join().unwrap();
}
