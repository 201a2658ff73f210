//! Both threads believe that they are the last.

use std::alloc::Layout;
use std::sync::Arc;

use lanes::sync::alloc::{alloc, dealloc};
use lanes::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use lanes::sync::thread;

struct Shared {
    count: AtomicU32,
    buffer: AtomicPtr<u8>,
}

fn release(shared: &Shared) {
    shared.count.fetch_sub(1, Ordering::AcqRel);
    if shared.count.load(Ordering::Acquire) == 0 {
        let buffer = shared.buffer.load(Ordering::Relaxed);
        // SAFETY: meant to be the last reference. It is not.
        unsafe { dealloc(buffer, Layout::new::<u8>()) };
    }
}

pub(crate) fn program() {
    // SAFETY: a byte is not nothing.
    let buffer = unsafe { alloc(Layout::new::<u8>()) };
    let shared = Arc::new(Shared {
        count: AtomicU32::new(2),
        buffer: AtomicPtr::new(buffer),
    });
    let other = thread::spawn({
        let shared = Arc::clone(&shared);
        move || release(&shared)
    });
    release(&shared);
    other.join().unwrap();
}
