//! Each thread raises its flag and looks at the other's; with Release and Acquire both may see it down.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let left = Arc::new(AtomicBool::new(false));
    let right = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let (left, right) = (Arc::clone(&left), Arc::clone(&right));
        move || {
            right.store(true, Ordering::Release);
            left.load(Ordering::Acquire)
        }
    });
    left.store(true, Ordering::Release);
    let we_see = right.load(Ordering::Acquire);
    let they_see = other.join().unwrap();
    assert!(we_see || they_see, "neither saw the other");
}
