//! A real lock in a model: whoever holds it cannot run while the other waits.

use std::sync::{Arc, Mutex};

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let lock = Arc::new(Mutex::new(()));
    let value = Arc::new(AtomicU32::new(0));
    let other = thread::spawn({
        let (lock, value) = (Arc::clone(&lock), Arc::clone(&value));
        move || {
            let _held = lock.lock();
            value.fetch_add(1, Ordering::Relaxed);
        }
    });
    let held = lock.lock();
    value.fetch_add(1, Ordering::Relaxed);
    drop(held);
    other.join().unwrap();
}
