//! deadlock: two readers, and each waits for the other to stop reading before it writes.

use std::sync::Arc;

use lanes::sync::{RwLock, thread};

fn add_one_if_small(value: &RwLock<u32>) {
    let read = value.read().unwrap();
    if *read < 10 {
        let mut write = value.write().unwrap();
        *write += 1;
    }
}

pub fn program() {
    let value = Arc::new(RwLock::new(0));
    let other = thread::spawn({
        let value = Arc::clone(&value);
        move || add_one_if_small(&value)
    });
    add_one_if_small(&value);
    other.join().unwrap();
}
