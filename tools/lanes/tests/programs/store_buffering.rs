//! assertion: each thread stores its own flag and misses the other's. No interleaving does this.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::thread;

pub fn program() {
    let left = Arc::new(AtomicBool::new(false));
    let right = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let (left, right) = (Arc::clone(&left), Arc::clone(&right));
        move || {
            left.store(true, Ordering::Release);
            right.load(Ordering::Acquire)
        }
    });
    right.store(true, Ordering::Release);
    let saw_left = left.load(Ordering::Acquire);
    let saw_right = other.join().unwrap();
    assert!(saw_left || saw_right, "neither saw the other");
}
