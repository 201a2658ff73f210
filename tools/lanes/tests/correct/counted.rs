//! A counted value: the last owner hears from all others before it frees.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicUsize, Ordering, fence};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;

struct Counted {
    count: AtomicUsize,
    value: UnsafeCell<u32>,
}

// SAFETY: the value is written only by the last owner.
unsafe impl Sync for Counted {}

impl Counted {
    fn release(&self) {
        // SAFETY: the count keeps the value alive.
        self.value.with(|value| unsafe { *value });
        if self.count.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            // SAFETY: the last owner is alone.
            self.value.with_mut(|value| unsafe { *value = 0 });
        }
    }
}

pub(crate) fn program() {
    let counted = Arc::new(Counted {
        count: AtomicUsize::new(2),
        value: UnsafeCell::new(7),
    });
    let other = thread::spawn({
        let counted = Arc::clone(&counted);
        move || counted.release()
    });
    counted.release();
    other.join().unwrap();
}
