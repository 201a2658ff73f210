//! data race: the pointer is published with Relaxed; what it points to is not.

use std::ptr;
use std::sync::Arc;

use lanes::sync::atomic::{AtomicPtr, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;

pub fn program() {
    let slot = Arc::new(AtomicPtr::new(ptr::null_mut::<UnsafeCell<u32>>()));
    let publisher = thread::spawn({
        let slot = Arc::clone(&slot);
        move || {
            let value = UnsafeCell::new(0);
            // SAFETY: nobody else knows of the value yet.
            value.with_mut(|value| unsafe { *value = 7 });
            slot.store(Box::into_raw(Box::new(value)), Ordering::Relaxed);
        }
    });
    let published = slot.load(Ordering::Acquire);
    if !published.is_null() {
        // SAFETY: never freed before the end of the execution; whether it is initialised is the question.
        let value = unsafe { &*published };
        // SAFETY: as above.
        assert_eq!(value.with(|value| unsafe { *value }), 7);
    }
    publisher.join().unwrap();
    let published = slot.load(Ordering::Relaxed);
    // SAFETY: made by `into_raw`, and the publisher has ended.
    drop(unsafe { Box::from_raw(published) });
}
