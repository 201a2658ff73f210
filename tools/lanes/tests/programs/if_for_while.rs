//! assertion: `wait` may return without a notification, and nobody looks again.

use std::sync::Arc;

use lanes::sync::{Condvar, Mutex, thread};

pub fn program() {
    let shared = Arc::new((Mutex::new(None), Condvar::new()));
    let sender = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            let (slot, filled) = &*shared;
            *slot.lock().unwrap() = Some(7);
            filled.notify_one();
        }
    });
    let (slot, filled) = &*shared;
    let mut item = slot.lock().unwrap();
    if item.is_none() {
        item = filled.wait(item).unwrap();
    }
    assert_eq!(item.take(), Some(7), "woken, and the slot is empty");
    drop(item);
    sender.join().unwrap();
}
