//! data race: the flag is stored with Relaxed, so it announces nothing.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;

struct Message {
    ready: AtomicBool,
    data: UnsafeCell<u32>,
}

// SAFETY: a lie, which the model finds out.
unsafe impl Sync for Message {}

pub fn program() {
    let message = Arc::new(Message {
        ready: AtomicBool::new(false),
        data: UnsafeCell::new(0),
    });
    let sender = thread::spawn({
        let message = Arc::clone(&message);
        move || {
            // SAFETY: see above.
            message.data.with_mut(|data| unsafe { *data = 42 });
            message.ready.store(true, Ordering::Relaxed);
        }
    });
    if message.ready.load(Ordering::Acquire) {
        // SAFETY: see above.
        assert_eq!(message.data.with(|data| unsafe { *data }), 42);
    }
    sender.join().unwrap();
}
