//! Real threads and many rounds. What the models prove for two threads, this tries with more.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lanes::stress;
use poison_mutex::{PoisonMutex, Poisoned};

use crate::{OPENED, catch_panic, is_whole, transfer_and_panic};

const THREADS: usize = 4;
const ROUNDS: usize = 500;

/// Mutual exclusion: a read and a write under the lock are one step to everybody else.
#[test]
fn four_threads_lose_no_increment() {
    let hits = Arc::new(PoisonMutex::new(0));
    stress::together(THREADS, ROUNDS, {
        let hits = Arc::clone(&hits);
        move |_thread, _round| *hits.lock().unwrap() += 1
    });
    assert_eq!(
        *hits.lock().unwrap(),
        THREADS * ROUNDS,
        "increments are lost: two threads were inside at once"
    );
}

/// In a crowd where every fourth round panics half-way: each panic is announced once and repaired once, and
/// whoever is not warned finds a whole value.
#[test]
fn every_panic_is_repaired_by_the_next_holder() {
    let mutex = Arc::new(PoisonMutex::new(OPENED));
    let repairs = Arc::new(AtomicUsize::new(0));
    stress::together(THREADS, ROUNDS, {
        let (mutex, repairs) = (Arc::clone(&mutex), Arc::clone(&repairs));
        move |thread, round| {
            let section = || {
                let mut accounts = mutex.lock().unwrap_or_else(|poisoned| {
                    let mut accounts = poisoned.into_inner();
                    *accounts = OPENED;
                    repairs.fetch_add(1, Ordering::Relaxed);
                    mutex.clear_poison();
                    accounts
                });
                assert!(
                    is_whole(&accounts),
                    "locked without a warning, and half a transfer is missing: {accounts:?}"
                );
                if (thread + round).is_multiple_of(4) {
                    transfer_and_panic(&mut accounts);
                }
            };
            if (thread + round).is_multiple_of(4) {
                catch_panic(section);
            } else {
                section();
            }
        }
    });
    // The last panic may have come after the last repair.
    let left = usize::from(mutex.lock().map_err(Poisoned::into_inner).is_err());
    assert_eq!(
        repairs.load(Ordering::Relaxed) + left,
        THREADS * ROUNDS / 4,
        "panics and repairs do not match: a warning was lost, or given without a reason"
    );
}
