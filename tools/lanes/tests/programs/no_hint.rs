//! A waiting loop that does not say that it waits.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let ready = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let ready = Arc::clone(&ready);
        move || ready.store(true, Ordering::Release)
    });
    while !ready.load(Ordering::Acquire) {}
    other.join().unwrap();
}
