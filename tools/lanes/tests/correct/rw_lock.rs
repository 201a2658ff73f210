//! A lock for readers and a writer in one word.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{hint, thread};

/// The state of a lock that is written. Below it, the number of readers.
const WRITTEN: u32 = 1 << 31;

#[derive(Default)]
struct Lock {
    state: AtomicU32,
    value: UnsafeCell<u32>,
}

// SAFETY: the value is written only by one thread, while none reads.
unsafe impl Sync for Lock {}
// SAFETY: a number may move between threads.
unsafe impl Send for Lock {}

impl Lock {
    fn write(&self) {
        while self
            .state
            .compare_exchange(0, WRITTEN, Ordering::Acquire, Ordering::Relaxed)
            .is_err()
        {
            hint::spin_loop();
        }
        // SAFETY: locked for writing.
        self.value.with_mut(|value| unsafe { *value += 1 });
        self.state.store(0, Ordering::Release);
    }

    fn read(&self) -> u32 {
        let add_one = |state| (state < WRITTEN).then_some(state + 1);
        while self
            .state
            .fetch_update(Ordering::Acquire, Ordering::Relaxed, add_one)
            .is_err()
        {
            hint::spin_loop();
        }
        // SAFETY: locked for reading.
        let value = self.value.with(|value| unsafe { *value });
        self.state.fetch_sub(1, Ordering::Release);
        value
    }
}

pub(crate) fn program() {
    let lock = Arc::new(Lock::default());
    let writer = thread::spawn({
        let lock = Arc::clone(&lock);
        move || lock.write()
    });
    assert!(lock.read() <= 1);
    writer.join().unwrap();
}
