//! The flag is raised before the data is written: what is published is not what is read.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;

struct Shared {
    ready: AtomicBool,
    data: UnsafeCell<u32>,
}

// SAFETY: none: this is the bug.
unsafe impl Sync for Shared {}

pub(crate) fn program() {
    let shared = Arc::new(Shared {
        ready: AtomicBool::new(false),
        data: UnsafeCell::new(0),
    });
    let other = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            shared.ready.store(true, Ordering::Release);
            // SAFETY: none: this is the bug.
            shared.data.with_mut(|data| unsafe { *data = 42 });
        }
    });
    if shared.ready.load(Ordering::Acquire) {
        // SAFETY: none: this is the bug.
        shared.data.with(|data| unsafe { *data });
    }
    other.join().unwrap();
}
