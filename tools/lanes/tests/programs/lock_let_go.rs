//! A number is read under the lock, and written back under the lock: under another one.

use std::sync::Arc;

use lanes::sync::{RwLock, thread};

fn add(total: &RwLock<u32>) {
    let next = *total.read().unwrap() + 1;
    *total.write().unwrap() = next;
}

pub(crate) fn program() {
    let total = Arc::new(RwLock::new(0));
    let other = thread::spawn({
        let total = Arc::clone(&total);
        move || add(&total)
    });
    add(&total);
    other.join().unwrap();
    assert_eq!(*total.read().unwrap(), 2, "an addition is lost");
}
