//! A loop that waits for what nobody does.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let ready = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let ready = Arc::clone(&ready);
        move || ready.store(false, Ordering::Release)
    });
    while !ready.load(Ordering::Acquire) {}
    other.join().unwrap();
}
