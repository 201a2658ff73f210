//! data race: the flag is loaded with Relaxed, so nothing is received.

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
            message.ready.store(true, Ordering::Release);
        }
    });
    if message.ready.load(Ordering::Relaxed) {
        // SAFETY: see above.
        assert_eq!(message.data.with(|data| unsafe { *data }), 42);
    }
    sender.join().unwrap();
}
