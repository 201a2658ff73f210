//! A program with one thread has one schedule.

use lanes::sync::atomic::{AtomicU32, Ordering};

pub(crate) fn program() {
    let count = AtomicU32::new(0);
    count.fetch_add(1, Ordering::Relaxed);
    assert_eq!(count.load(Ordering::Relaxed), 1);
}
