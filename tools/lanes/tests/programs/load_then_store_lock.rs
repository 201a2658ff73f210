//! data race: the lock looks, then takes; two threads can look before either takes.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{hint, thread};

struct Counter {
    locked: AtomicBool,
    hits: UnsafeCell<u32>,
}

// SAFETY: a lie, which the model finds out.
unsafe impl Sync for Counter {}

impl Counter {
    fn hit(&self) {
        while self.locked.load(Ordering::Acquire) {
            hint::spin_loop();
        }
        self.locked.store(true, Ordering::Relaxed);
        // SAFETY: see above.
        self.hits.with_mut(|hits| unsafe { *hits += 1 });
        self.locked.store(false, Ordering::Release);
    }
}

pub fn program() {
    let counter = Arc::new(Counter {
        locked: AtomicBool::new(false),
        hits: UnsafeCell::new(0),
    });
    let other = thread::spawn({
        let counter = Arc::clone(&counter);
        move || counter.hit()
    });
    counter.hit();
    other.join().unwrap();
}
