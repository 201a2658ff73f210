//! One spins until the other has changed something, and holds the lock that the other one needs for it.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::{Mutex, hint, thread};

pub(crate) fn program() {
    let lock = Arc::new(Mutex::new(()));
    let done = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let (lock, done) = (Arc::clone(&lock), Arc::clone(&done));
        move || {
            let _guard = lock.lock().unwrap();
            while !done.load(Ordering::Acquire) {
                hint::spin_loop();
            }
        }
    });
    let guard = lock.lock().unwrap();
    done.store(true, Ordering::Release);
    drop(guard);
    other.join().unwrap();
}
