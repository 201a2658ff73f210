//! Real threads and many rounds. What the models prove for two threads, this tries with more.

use std::sync::{Arc, Mutex};

use counters::{AtomicCounter, Counter, LockedCounter, ShardedCounter, TalliedCounter};
use lanes::stress;

const THREADS: usize = 4;
const ROUNDS: usize = 5_000;

/// Three add, and one looks: at the end the count is exact, and on the way it never runs backwards.
fn keeps_its_promises<C: Counter + 'static>(counter: C) {
    let counter = Arc::new(counter);
    let last = Mutex::new(0);
    stress::together(THREADS, ROUNDS, {
        let counter = Arc::clone(&counter);
        move |thread, round| {
            if thread == 0 {
                let mut last = last.lock().unwrap();
                let seen = counter.get();
                assert!(seen >= *last, "it said {} first and {seen} then", *last);
                *last = seen;
            } else {
                counter.add(1 + round as u64 % 2);
            }
        }
    });
    let expected = (THREADS - 1) * (ROUNDS + ROUNDS / 2);
    assert_eq!(
        counter.get(),
        expected as u64,
        "left: the count; right: what was added"
    );
}

#[test]
fn four_threads_and_one_lock() {
    keeps_its_promises(LockedCounter::new());
}

#[test]
fn four_threads_and_one_atomic() {
    keeps_its_promises(AtomicCounter::new());
}

/// Fewer shards than threads, and more.
#[test]
fn four_threads_and_some_shards() {
    keeps_its_promises(ShardedCounter::new(2));
    keeps_its_promises(ShardedCounter::new(8));
}

/// A tally in each round: thousands of them are told, and none is lost.
#[test]
fn four_threads_and_their_tallies() {
    let counter = Arc::new(TalliedCounter::new());
    stress::together(THREADS, ROUNDS, {
        let counter = Arc::clone(&counter);
        move |_thread, round| {
            let mut tally = counter.tally();
            tally.add(1);
            if round % 2 == 0 {
                tally.flush();
            }
            tally.add(1);
        }
    });
    assert_eq!(
        counter.get(),
        (THREADS * ROUNDS * 2) as u64,
        "left: the count; right: what was added"
    );
}
