//! What another thread has made, reached by a pointer that says nothing of its making.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let slot = Arc::new(AtomicPtr::new(std::ptr::null_mut()));
    let other = thread::spawn({
        let slot = Arc::clone(&slot);
        move || slot.store(Box::into_raw(Box::new(AtomicU32::new(7))), Ordering::Release)
    });
    let made = slot.load(Ordering::Relaxed);
    if !made.is_null() {
        // SAFETY: made by `Box::into_raw`, and never freed.
        unsafe { (*made).load(Ordering::Acquire) };
    }
    other.join().unwrap();
}
