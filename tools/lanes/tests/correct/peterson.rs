//! Peterson's lock: nothing but SeqCst loads and stores. Loom on its own takes it for a data race, because it
//! takes SeqCst for AcqRel (its issue 180).

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{hint, thread};

#[derive(Default)]
struct Lock {
    wanted: [AtomicBool; 2],
    turn: AtomicUsize,
    value: UnsafeCell<u32>,
}

// SAFETY: the value is reached only between `wanted` up and `wanted` down.
unsafe impl Sync for Lock {}
// SAFETY: a number may move between threads.
unsafe impl Send for Lock {}

impl Lock {
    fn increment(&self, me: usize) {
        self.wanted[me].store(true, SeqCst);
        self.turn.store(1 - me, SeqCst);
        while self.wanted[1 - me].load(SeqCst) && self.turn.load(SeqCst) != me {
            hint::spin_loop();
        }
        // SAFETY: it is our turn, or the other does not want one.
        self.value.with_mut(|value| unsafe { *value += 1 });
        self.wanted[me].store(false, SeqCst);
    }
}

pub(crate) fn program() {
    let lock = Arc::new(Lock::default());
    let other = thread::spawn({
        let lock = Arc::clone(&lock);
        move || lock.increment(1)
    });
    lock.increment(0);
    other.join().unwrap();
}
