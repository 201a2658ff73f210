//! deadlock: a thread waits for the lock that it holds itself.

use std::sync::Arc;

use lanes::sync::{Mutex, thread};

pub fn program() {
    let total = Arc::new(Mutex::new(0));
    let other = thread::spawn({
        let total = Arc::clone(&total);
        move || *total.lock().unwrap() += 1
    });
    let first = total.lock().unwrap();
    let second = total.lock().unwrap();
    drop((first, second));
    other.join().unwrap();
}
