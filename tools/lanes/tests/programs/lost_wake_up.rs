//! deadlock: the flag changes outside the lock, so the notification can fall between the look and the wait.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::{Condvar, Mutex, thread};

pub fn program() {
    let shared = Arc::new((Mutex::new(()), Condvar::new(), AtomicBool::new(false)));
    let setter = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            let (_, changed, ready) = &*shared;
            ready.store(true, Ordering::Release);
            changed.notify_one();
        }
    });
    let (lock, changed, ready) = &*shared;
    let mut guard = lock.lock().unwrap();
    while !ready.load(Ordering::Acquire) {
        guard = changed.wait(guard).unwrap();
    }
    drop(guard);
    setter.join().unwrap();
}
