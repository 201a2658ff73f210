//! Every schedule of a small world, explored by `lanes`.
//!
//! A stack belongs to one thread. What its closures release does not: here it is a lock of the model's own.

use std::sync::Arc;

use defer_stack::DeferStack;
use lanes::panics::{panic_of, panic_with};
use lanes::stress::apart;
use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{hint, thread};

/// A counter behind a lock with no guard.
struct Counter {
    locked: AtomicBool,
    count: UnsafeCell<u32>,
}

// SAFETY: `count` is reached only through `add_one` and `count`. Whether `add_one` is ever called outside the
// lock is the question that the models ask; they see every access and report two that meet.
unsafe impl Sync for Counter {}

impl Counter {
    fn new() -> Self {
        Self {
            locked: AtomicBool::new(false),
            count: UnsafeCell::new(0),
        }
    }

    fn lock(&self) {
        // Acquire pairs with the Release store in `unlock`.
        while self
            .locked
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_err()
        {
            hint::spin_loop();
        }
    }

    fn unlock(&self) {
        // Release pairs with the Acquire of the next `lock`.
        self.locked.store(false, Ordering::Release);
    }

    fn add_one(&self) {
        // SAFETY: only the holder of the lock calls this, unless the stack runs it too late.
        self.count.with_mut(|count| unsafe { *count += 1 });
    }

    fn count(&self) -> u32 {
        // SAFETY: as in `add_one`.
        self.count.with(|count| unsafe { *count })
    }
}

/// Runs `visit` on two threads, under every schedule. In a process of its own: a schedule may well fail
/// inside a closure that runs during a panic.
#[track_caller]
fn two_threads(visit: fn(&Counter)) {
    apart(|| {
        lanes::model(move || {
            let counter = Arc::new(Counter::new());
            let other = thread::spawn({
                let counter = Arc::clone(&counter);
                move || visit(&counter)
            });
            visit(&counter);
            other.join().unwrap();
            counter.lock();
            assert_eq!(
                counter.count(),
                2,
                "an `add_one` is missing: did every closure run, and run once?"
            );
        });
    });
}

/// deferred last → runs first → inside the lock: each write happens before the unlock deferred earlier.
#[test]
fn what_is_deferred_under_a_lock_runs_before_the_unlock() {
    two_threads(|counter| {
        counter.lock();
        let mut cleanup = DeferStack::new();
        cleanup.defer(|| counter.unlock());
        cleanup.defer(|| counter.add_one());
    });
}

/// panic → the unlock below it still runs → next lock: the other thread does not wait for ever.
#[test]
fn a_closure_that_panics_does_not_keep_the_lock() {
    two_threads(|counter| {
        let panic = panic_of(|| {
            counter.lock();
            let mut cleanup = DeferStack::new();
            cleanup.defer(|| counter.unlock());
            cleanup.defer(|| panic_with("a closure"));
            counter.add_one();
        });
        assert!(panic.is_some(), "the closure's panic was swallowed");
    });
}
