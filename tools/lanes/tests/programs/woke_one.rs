//! Two wait for the same event, and one is told.

use std::sync::Arc;

use lanes::sync::{Condvar, Mutex, thread};

pub(crate) fn program() {
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let walk = || {
        let gate = Arc::clone(&gate);
        thread::spawn(move || {
            let (open, opened) = &*gate;
            let mut open = open.lock().unwrap();
            while !*open {
                open = opened.wait(open).unwrap();
            }
        })
    };
    let walkers = [walk(), walk()];
    *gate.0.lock().unwrap() = true;
    gate.1.notify_one();
    for walker in walkers {
        walker.join().unwrap();
    }
}
