//! A program that does something else each time it is run.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize as RealAtomicUsize;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

static RUNS: RealAtomicUsize = RealAtomicUsize::new(0);

pub(crate) fn program() {
    let value = Arc::new(AtomicU32::new(0));
    let other = thread::spawn({
        let value = Arc::clone(&value);
        move || value.store(1, Ordering::Relaxed)
    });
    if RUNS.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
        value.load(Ordering::Relaxed);
        thread::yield_now();
    } else {
        value.store(3, Ordering::Relaxed);
    }
    other.join().unwrap();
}
