//! A closure holds a cell open while another thread goes in.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;

struct Open {
    value: UnsafeCell<u32>,
    inside: AtomicBool,
}

// SAFETY: it is not safe; that is the point.
unsafe impl Sync for Open {}

pub(crate) fn program() {
    let open = Arc::new(Open {
        value: UnsafeCell::new(0),
        inside: AtomicBool::new(false),
    });
    let writer = thread::spawn({
        let open = Arc::clone(&open);
        move || {
            open.value.with_mut(|value| {
                open.inside.store(true, Ordering::Release);
                // SAFETY: as above.
                unsafe { *value = 1 };
            });
        }
    });
    if open.inside.load(Ordering::Acquire) {
        // SAFETY: as above.
        open.value.with(|value| unsafe { *value });
    }
    writer.join().unwrap();
}
