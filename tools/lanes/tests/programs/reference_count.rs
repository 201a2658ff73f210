//! data race: the last owner frees without having acquired what the others did.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicUsize, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;

struct Shared {
    owners: AtomicUsize,
    value: UnsafeCell<u32>,
}

// SAFETY: a lie, which the model finds out.
unsafe impl Sync for Shared {}

impl Shared {
    fn read(&self) -> u32 {
        // SAFETY: see above.
        self.value.with(|value| unsafe { *value })
    }

    fn release(&self) {
        if self.owners.fetch_sub(1, Ordering::Release) == 1 {
            // An Acquire fence is missing here.
            // SAFETY: see above.
            self.value.with_mut(|value| unsafe { *value = 0 });
        }
    }
}

pub fn program() {
    let shared = Arc::new(Shared {
        owners: AtomicUsize::new(2),
        value: UnsafeCell::new(7),
    });
    let other = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            shared.read();
            shared.release();
        }
    });
    shared.read();
    shared.release();
    other.join().unwrap();
}
