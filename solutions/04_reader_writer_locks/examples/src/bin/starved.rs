//! How long does a writer wait under `rw_lock`, if somebody reads without a pause? Counted in reads that pass it.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

use rw_lock::RwLock;

/// Rounds of each of the two threads. They write in one of `PERIOD` rounds, and read in the others.
const ROUNDS: u64 = 100_000;
const PERIOD: u64 = 100;

fn main() {
    let lock = RwLock::new(1);
    let reads = [AtomicU64::new(0), AtomicU64::new(0)];
    let start = Barrier::new(2);
    // The most reads that the other thread has begun and ended while this one was in one call of `write`.
    let run = |mine: &AtomicU64, theirs: &AtomicU64, first_write| {
        start.wait();
        let mut most = 0;
        for round in 0..ROUNDS {
            if round % PERIOD == first_write {
                let before = theirs.load(Relaxed);
                let mut value = lock.write();
                most = most.max(theirs.load(Relaxed) - before);
                *value = work(*value);
            } else {
                black_box(work(*lock.read()));
                mine.fetch_add(1, Relaxed);
            }
        }
        most
    };
    let most = thread::scope(|scope| {
        let other = scope.spawn(|| run(&reads[1], &reads[0], PERIOD / 2));
        let most = run(&reads[0], &reads[1], 0);
        most.max(other.join().expect("nobody panics"))
    });
    println!("One writer waited while the other thread read {most} times.");
}

/// A third of a microsecond or so, in which every step waits for the one before it.
fn work(mut value: u64) -> u64 {
    for _ in 0..400 {
        value = black_box(value).wrapping_mul(0x5851_F42D_4C95_7F2D);
    }
    value
}
