//! livelock: one thread leaves without unlocking; the other spins for ever.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::{hint, thread};

fn lock(locked: &AtomicBool) {
    while locked
        .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
        .is_err()
    {
        hint::spin_loop();
    }
}

pub fn program() {
    let locked = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let locked = Arc::clone(&locked);
        move || lock(&locked)
    });
    lock(&locked);
    other.join().unwrap();
}
