//! A spin lock whose unlock is Relaxed: the next holder does not see what the last one wrote.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{hint, thread};

struct Lock {
    locked: AtomicBool,
    value: UnsafeCell<u32>,
}

// SAFETY: it is not safe; that is the point.
unsafe impl Sync for Lock {}

impl Lock {
    fn increment(&self) {
        while self
            .locked
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_err()
        {
            hint::spin_loop();
        }
        // SAFETY: as above.
        self.value.with_mut(|value| unsafe { *value += 1 });
        self.locked.store(false, Ordering::Relaxed);
    }
}

pub(crate) fn program() {
    let lock = Arc::new(Lock {
        locked: AtomicBool::new(false),
        value: UnsafeCell::new(0),
    });
    let other = thread::spawn({
        let lock = Arc::clone(&lock);
        move || lock.increment()
    });
    lock.increment();
    other.join().unwrap();
}
