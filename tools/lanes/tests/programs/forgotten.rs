//! A reference that is counted and never given back.

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::{thread, tracked};

pub(crate) fn program() {
    let hits = tracked::Arc::new(AtomicU32::new(0));
    let other = thread::spawn({
        let hits = tracked::Arc::clone(&hits);
        move || {
            hits.fetch_add(1, Ordering::Relaxed);
            std::mem::forget(hits);
        }
    });
    other.join().unwrap();
}
