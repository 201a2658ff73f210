//! deadlock: waits for a thread that waits for the lock it holds.

use std::sync::Arc;

use lanes::sync::{Mutex, thread};

pub fn program() {
    let log = Arc::new(Mutex::new(0));
    let writer = thread::spawn({
        let log = Arc::clone(&log);
        move || *log.lock().unwrap() += 1
    });
    let entries = log.lock().unwrap();
    writer.join().unwrap();
    assert_eq!(*entries, 1);
}
