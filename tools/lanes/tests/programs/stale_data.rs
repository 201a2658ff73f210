//! The flag is seen, the data is not: only memory ordering shows it.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let data = Arc::new(AtomicU32::new(0));
    let ready = Arc::new(AtomicBool::new(false));
    let sender = thread::spawn({
        let (data, ready) = (Arc::clone(&data), Arc::clone(&ready));
        move || {
            data.store(42, Ordering::Relaxed);
            ready.store(true, Ordering::Relaxed);
        }
    });
    if ready.load(Ordering::Acquire) {
        assert_eq!(data.load(Ordering::Relaxed), 42, "the flag is up, the data is not there");
    }
    sender.join().unwrap();
}
