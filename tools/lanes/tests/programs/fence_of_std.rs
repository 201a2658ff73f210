//! A right program, but for its fence: that is `std`'s own, which a model does not see.

use std::sync::Arc;
use std::sync::atomic::fence;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;

struct Shared {
    ready: AtomicBool,
    data: UnsafeCell<u32>,
}

// SAFETY: the data is written before `ready` is stored, and read only after it was seen.
unsafe impl Sync for Shared {}

pub(crate) fn program() {
    let shared = Arc::new(Shared {
        ready: AtomicBool::new(false),
        data: UnsafeCell::new(0),
    });
    let other = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            // SAFETY: nobody reads before `ready` is stored.
            shared.data.with_mut(|data| unsafe { *data = 42 });
            shared.ready.store(true, Ordering::Release);
        }
    });
    if shared.ready.load(Ordering::Relaxed) {
        fence(Ordering::Acquire);
        // SAFETY: nobody writes after `ready` was stored.
        shared.data.with(|data| unsafe { *data });
    }
    other.join().unwrap();
}
