//! A lock that serves in order: take a ticket, wait for your number.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{hint, thread};

#[derive(Default)]
struct Lock {
    next: AtomicU32,
    serving: AtomicU32,
    value: UnsafeCell<u32>,
}

// SAFETY: the value is reached only by the thread that is served.
unsafe impl Sync for Lock {}
// SAFETY: a number may move between threads.
unsafe impl Send for Lock {}

impl Lock {
    fn increment(&self) {
        let ticket = self.next.fetch_add(1, Ordering::Relaxed);
        while self.serving.load(Ordering::Acquire) != ticket {
            hint::spin_loop();
        }
        // SAFETY: served.
        self.value.with_mut(|value| unsafe { *value += 1 });
        self.serving.store(ticket + 1, Ordering::Release);
    }
}

pub(crate) fn program() {
    let lock = Arc::new(Lock::default());
    let other = thread::spawn({
        let lock = Arc::clone(&lock);
        move || lock.increment()
    });
    lock.increment();
    other.join().unwrap();
}
