//! A spin lock that looks before it swaps. Loom on its own takes it for a livelock (its issue 389).

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{hint, thread};

struct Lock {
    locked: AtomicBool,
    value: UnsafeCell<u32>,
}

// SAFETY: the value is reached only between `lock` and unlock.
unsafe impl Sync for Lock {}

impl Lock {
    fn increment(&self) {
        while self.locked.swap(true, Ordering::Acquire) {
            while self.locked.load(Ordering::Relaxed) {
                hint::spin_loop();
            }
        }
        // SAFETY: locked.
        self.value.with_mut(|value| unsafe { *value += 1 });
        self.locked.store(false, Ordering::Release);
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
    // SAFETY: the other thread has ended.
    assert_eq!(lock.value.with(|value| unsafe { *value }), 2);
}
