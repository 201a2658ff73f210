use crate::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use crate::sync::{Arc, thread};

pub fn program() {
    let data = Arc::new(AtomicU32::new(0));
    let ready = Arc::new(AtomicBool::new(false));
    let writer = thread::spawn({
        let (data, ready) = (Arc::clone(&data), Arc::clone(&ready));
        move || {
            data.store(42, Relaxed);
            ready.store(true, Relaxed);
        }
    });
    let reader = thread::spawn(move || {
        if ready.load(Relaxed) {
            assert_eq!(data.load(Relaxed), 42, "ready, and not there");
        }
    });
    writer.join().unwrap();
    reader.join().unwrap();
}
