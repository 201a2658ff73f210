//! Real threads and many rounds. What the models prove for two threads, this tries with more.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lanes::panics::{Panic, caught, panic_with};
use lanes::stress;
use once_lock::OnceLock;

const THREADS: usize = 4;
const ROUNDS: usize = 500;

/// A lock in each round, and four who need its value: it is made once, and all of them see all of it.
#[test]
fn each_value_is_made_once() {
    let locks: Arc<[OnceLock<Vec<usize>>]> = (0..ROUNDS).map(|_| OnceLock::new()).collect();
    let made = Arc::new(AtomicUsize::new(0));
    stress::together(THREADS, ROUNDS, {
        let made = Arc::clone(&made);
        move |_thread, round| {
            let value = locks[round].get_or_init(|| {
                made.fetch_add(1, Ordering::Relaxed);
                vec![round; 3]
            });
            assert_eq!(value, &[round; 3]);
        }
    });
    assert_eq!(
        made.load(Ordering::Relaxed),
        ROUNDS,
        "left: how often a value was made; right: how many there are"
    );
}

/// The first to make a value panics, and so does the second. Whoever is third succeeds, and nobody is stuck.
#[test]
fn those_who_come_after_a_panic_try_again() {
    let locks: Arc<[OnceLock<usize>]> = (0..ROUNDS).map(|_| OnceLock::new()).collect();
    let tries: Arc<[AtomicUsize]> = (0..ROUNDS).map(|_| AtomicUsize::new(0)).collect();
    let panics = Arc::new(AtomicUsize::new(0));
    stress::together(THREADS, ROUNDS, {
        let (locks, panics) = (Arc::clone(&locks), Arc::clone(&panics));
        move |_thread, round| {
            let init = || {
                if tries[round].fetch_add(1, Ordering::Relaxed) < 2 {
                    panic_with("`init`");
                }
                round
            };
            match caught(|| *locks[round].get_or_init(init)) {
                Ok(value) => assert_eq!(value, round),
                Err(Panic(_)) => {
                    panics.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    });
    assert_eq!(panics.load(Ordering::Relaxed), 2 * ROUNDS);
    assert!(
        locks.iter().all(|lock| lock.get().is_some()),
        "two of four failed, and a lock is still empty"
    );
}
