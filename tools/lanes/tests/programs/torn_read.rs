//! A sequence lock whose reader checks only that the sequence is the same, not that it is even.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering, fence};
use lanes::sync::thread;

#[derive(Default)]
struct Pair {
    sequence: AtomicU32,
    first: AtomicU32,
    second: AtomicU32,
}

pub(crate) fn program() {
    let pair = Arc::new(Pair::default());
    let writer = thread::spawn({
        let pair = Arc::clone(&pair);
        move || {
            pair.sequence.store(1, Ordering::Relaxed);
            fence(Ordering::Release);
            pair.first.store(7, Ordering::Relaxed);
            pair.second.store(7, Ordering::Relaxed);
            pair.sequence.store(2, Ordering::Release);
        }
    });
    let before = pair.sequence.load(Ordering::Acquire);
    let first = pair.first.load(Ordering::Relaxed);
    let second = pair.second.load(Ordering::Relaxed);
    fence(Ordering::Acquire);
    if before == pair.sequence.load(Ordering::Relaxed) {
        assert_eq!(first, second, "half of a write");
    }
    writer.join().unwrap();
}
