//! assertion: a load and a store are two steps; another thread fits in between.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

fn add_one(hits: &AtomicU32) {
    let old = hits.load(Ordering::SeqCst);
    hits.store(old + 1, Ordering::SeqCst);
}

pub fn program() {
    let hits = Arc::new(AtomicU32::new(0));
    let other = thread::spawn({
        let hits = Arc::clone(&hits);
        move || add_one(&hits)
    });
    add_one(&hits);
    other.join().unwrap();
    assert_eq!(hits.load(Ordering::SeqCst), 2, "a hit is lost");
}
