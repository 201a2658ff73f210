//! A counter that is read and then written: an increment in between is lost.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

fn increment(count: &AtomicU32) {
    let old = count.load(Ordering::SeqCst);
    count.store(old + 1, Ordering::SeqCst);
}

pub(crate) fn program() {
    let count = Arc::new(AtomicU32::new(0));
    let other = thread::spawn({
        let count = Arc::clone(&count);
        move || increment(&count)
    });
    increment(&count);
    other.join().unwrap();
    assert_eq!(count.load(Ordering::SeqCst), 2, "an increment is lost");
}
