//! A slot whose last value nobody takes out and nobody frees.

use std::ptr;
use std::sync::Arc;

use lanes::sync::alloc::Track;
use lanes::sync::atomic::{AtomicPtr, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let slot = Arc::new(AtomicPtr::new(ptr::null_mut()));
    let sender = thread::spawn({
        let slot = Arc::clone(&slot);
        move || {
            let message = Box::new(Track::new(42));
            slot.store(Box::into_raw(message), Ordering::Release);
        }
    });
    let message = slot.swap(ptr::null_mut(), Ordering::Acquire);
    if !message.is_null() {
        // SAFETY: the sender gave it up, and nobody else can take it.
        drop(unsafe { Box::from_raw(message) });
    }
    sender.join().unwrap();
}
