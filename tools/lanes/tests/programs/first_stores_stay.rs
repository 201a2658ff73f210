//! Each thread writes both variables, in opposite order; with Relaxed the first store of each may be what stays.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let left = Arc::new(AtomicU32::new(0));
    let right = Arc::new(AtomicU32::new(0));
    let other = thread::spawn({
        let (left, right) = (Arc::clone(&left), Arc::clone(&right));
        move || {
            right.store(1, Ordering::Relaxed);
            left.store(2, Ordering::Relaxed);
        }
    });
    left.store(1, Ordering::Relaxed);
    right.store(2, Ordering::Relaxed);
    other.join().unwrap();
    let stays = (left.load(Ordering::Relaxed), right.load(Ordering::Relaxed));
    assert_ne!(stays, (1, 1), "both second stores are gone");
}
