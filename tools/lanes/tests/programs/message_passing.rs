//! assertion: the flag arrives before the data. No interleaving does this; Relaxed does.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use lanes::sync::thread;

pub fn program() {
    let data = Arc::new(AtomicU32::new(0));
    let ready = Arc::new(AtomicBool::new(false));
    let sender = thread::spawn({
        let (data, ready) = (Arc::clone(&data), Arc::clone(&ready));
        move || {
            data.store(42, Ordering::Relaxed);
            ready.store(true, Ordering::Relaxed);
        }
    });
    if ready.load(Ordering::Relaxed) {
        assert_eq!(data.load(Ordering::Relaxed), 42, "ready, and no data");
    }
    sender.join().unwrap();
}
