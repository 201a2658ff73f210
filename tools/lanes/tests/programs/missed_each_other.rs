//! Store buffering before a sleep: the sleeper misses the flag, and the other one misses the sleeper.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering, fence};
use lanes::sync::thread;

pub(crate) fn program() {
    let ready = Arc::new(AtomicBool::new(false));
    let sleeps = Arc::new(AtomicBool::new(false));
    let sleeper = thread::spawn({
        let (ready, sleeps) = (Arc::clone(&ready), Arc::clone(&sleeps));
        move || {
            sleeps.swap(true, Ordering::AcqRel);
            while !ready.load(Ordering::Acquire) {
                thread::park();
            }
        }
    });
    ready.store(true, Ordering::Release);
    fence(Ordering::SeqCst);
    if sleeps.load(Ordering::Acquire) {
        sleeper.thread().unpark();
    }
    sleeper.join().unwrap();
}
