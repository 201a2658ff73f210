//! A raw allocation that nobody frees.

use std::alloc::Layout;
use std::sync::Arc;

use lanes::sync::alloc::alloc;
use lanes::sync::atomic::{AtomicPtr, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let slot = Arc::new(AtomicPtr::new(std::ptr::null_mut()));
    let other = thread::spawn({
        let slot = Arc::clone(&slot);
        move || {
            // SAFETY: a byte is not nothing.
            let buffer = unsafe { alloc(Layout::new::<u8>()) };
            slot.store(buffer, Ordering::Release);
        }
    });
    slot.load(Ordering::Acquire);
    other.join().unwrap();
}
