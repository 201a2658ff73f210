//! A message, and a flag that says that it is there.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{hint, thread};

struct Slot {
    ready: AtomicBool,
    message: UnsafeCell<u32>,
}

// SAFETY: the message is written before `ready` and read after it.
unsafe impl Sync for Slot {}

pub(crate) fn program() {
    let slot = Arc::new(Slot {
        ready: AtomicBool::new(false),
        message: UnsafeCell::new(0),
    });
    let sender = thread::spawn({
        let slot = Arc::clone(&slot);
        move || {
            // SAFETY: nobody reads yet.
            slot.message.with_mut(|message| unsafe { *message = 7 });
            slot.ready.store(true, Ordering::Release);
        }
    });
    while !slot.ready.swap(false, Ordering::Acquire) {
        hint::spin_loop();
    }
    // SAFETY: nobody writes any more.
    assert_eq!(slot.message.with(|message| unsafe { *message }), 7);
    sender.join().unwrap();
}
