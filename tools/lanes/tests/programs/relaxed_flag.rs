//! A flag says that the data is there, but says it with Relaxed.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;

struct Slot {
    data: UnsafeCell<u32>,
    ready: AtomicBool,
}

// SAFETY: it is not safe; that is the point.
unsafe impl Sync for Slot {}

pub(crate) fn program() {
    let slot = Arc::new(Slot {
        data: UnsafeCell::new(0),
        ready: AtomicBool::new(false),
    });
    let sender = thread::spawn({
        let slot = Arc::clone(&slot);
        move || {
            // SAFETY: nobody reads before `ready`.
            slot.data.with_mut(|data| unsafe { *data = 42 });
            slot.ready.store(true, Ordering::Relaxed);
        }
    });
    if slot.ready.load(Ordering::Relaxed) {
        // SAFETY: nobody writes after `ready`; but who says that we see it?
        let data = slot.data.with(|data| unsafe { *data });
        assert_eq!(data, 42);
    }
    sender.join().unwrap();
}
