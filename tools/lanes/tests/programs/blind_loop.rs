//! A waiting loop on a variable that the model cannot see.

use std::sync::Arc;
use std::sync::atomic::AtomicBool as RealAtomicBool;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let ready = Arc::new(RealAtomicBool::new(false));
    let value = Arc::new(AtomicU32::new(0));
    let other = thread::spawn({
        let (ready, value) = (Arc::clone(&ready), Arc::clone(&value));
        move || {
            value.fetch_add(1, Ordering::Relaxed);
            ready.store(true, Ordering::Release);
        }
    });
    value.fetch_add(1, Ordering::Relaxed);
    while !ready.load(Ordering::Acquire) {
        // Kind to those who share the machine: this thread will be left behind, going round.
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    other.join().unwrap();
}
