//! A thread that sleeps until a flag is up.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let up = Arc::new(AtomicBool::new(false));
    let sleeper = thread::current();
    let waker = thread::spawn({
        let up = Arc::clone(&up);
        move || {
            up.store(true, Ordering::Release);
            sleeper.unpark();
        }
    });
    while !up.load(Ordering::Acquire) {
        thread::park();
    }
    waker.join().unwrap();
}
