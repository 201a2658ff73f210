//! panic: the index is read before the slot is there; the slice's own check fails.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicUsize, Ordering};
use lanes::sync::thread;

pub fn program() {
    let next = Arc::new(AtomicUsize::new(0));
    let other = thread::spawn({
        let next = Arc::clone(&next);
        move || {
            next.fetch_add(1, Ordering::Relaxed);
        }
    });
    let slots = [10];
    let _ = slots[next.load(Ordering::Relaxed)];
    other.join().unwrap();
}
