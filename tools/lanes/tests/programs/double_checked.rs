//! Double-checked initialisation whose first check is relaxed.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{Mutex, thread};

struct Lazy {
    ready: AtomicBool,
    lock: Mutex<()>,
    value: UnsafeCell<u32>,
}

// SAFETY: meant to be written once, before `ready`. It is not enough.
unsafe impl Sync for Lazy {}

impl Lazy {
    fn get(&self) -> u32 {
        if !self.ready.load(Ordering::Relaxed) {
            let _guard = self.lock.lock().unwrap();
            if !self.ready.load(Ordering::Relaxed) {
                // SAFETY: under the lock, and nobody has seen `ready`.
                self.value.with_mut(|value| unsafe { *value = 42 });
                self.ready.store(true, Ordering::Release);
            }
        }
        // SAFETY: meant to be after `ready`.
        self.value.with(|value| unsafe { *value })
    }
}

pub(crate) fn program() {
    let lazy = Arc::new(Lazy {
        ready: AtomicBool::new(false),
        lock: Mutex::new(()),
        value: UnsafeCell::new(0),
    });
    let other = thread::spawn({
        let lazy = Arc::clone(&lazy);
        move || lazy.get()
    });
    lazy.get();
    other.join().unwrap();
}
