//! assertion: two counters that belong together are changed one after the other.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

pub fn program() {
    let entered = Arc::new(AtomicU32::new(0));
    let left = Arc::new(AtomicU32::new(0));
    let visitor = thread::spawn({
        let (entered, left) = (Arc::clone(&entered), Arc::clone(&left));
        move || {
            left.fetch_add(1, Ordering::AcqRel);
            entered.fetch_add(1, Ordering::AcqRel);
        }
    });
    let out = left.load(Ordering::Acquire);
    let inside = entered.load(Ordering::Acquire).checked_sub(out);
    assert!(inside.is_some(), "more have left than entered");
    visitor.join().unwrap();
}
