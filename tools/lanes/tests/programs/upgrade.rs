//! Two readers both wait for the other to let go, so as to write.

use std::sync::Arc;

use lanes::sync::{RwLock, thread};

fn read_then_write(lock: &RwLock<u32>) {
    let value = lock.read().unwrap();
    *lock.write().unwrap() = *value + 1;
}

pub(crate) fn program() {
    let lock = Arc::new(RwLock::new(0));
    let other = thread::spawn({
        let lock = Arc::clone(&lock);
        move || read_then_write(&lock)
    });
    read_then_write(&lock);
    other.join().unwrap();
}
