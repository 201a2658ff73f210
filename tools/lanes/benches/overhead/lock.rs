// Included twice: on plain loom, and on lanes. The same steps, so the same executions.

use std::sync::Arc;

use super::sync::atomic::{AtomicBool, Ordering};
use super::sync::cell::UnsafeCell;
use super::sync::{hint, thread};

struct Lock {
    locked: AtomicBool,
    value: UnsafeCell<u32>,
}

// SAFETY: the value is reached only between lock and unlock.
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
        // SAFETY: locked.
        self.value.with_mut(|value| unsafe { *value += 1 });
        self.locked.store(false, Ordering::Release);
    }
}

/// Two threads take the lock twice each.
pub(crate) fn program() {
    let lock = Arc::new(Lock {
        locked: AtomicBool::new(false),
        value: UnsafeCell::new(0),
    });
    let other = thread::spawn({
        let lock = Arc::clone(&lock);
        move || {
            for _ in 0..2 {
                lock.increment();
            }
        }
    });
    for _ in 0..2 {
        lock.increment();
    }
    other.join().unwrap();
}
