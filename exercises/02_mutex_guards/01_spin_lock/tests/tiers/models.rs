//! Every schedule of a small world, explored by `lanes`.

use std::sync::Arc;

use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/spin_lock.rs"));
}
use source::SpinLock;

/// unlock → next lock: the thread that gets the lock sees what was written under it before.
#[test]
fn two_threads_lose_no_increment() {
    lanes::model(|| {
        let hits = Arc::new(SpinLock::new(0));
        let other = thread::spawn({
            let hits = Arc::clone(&hits);
            move || *hits.lock() += 1
        });
        *hits.lock() += 1;
        other.join().unwrap();
        assert_eq!(
            *hits.lock(),
            2,
            "an increment is lost: both threads were inside at once"
        );
    });
}

/// unlock → next try_lock: the same edge, for a caller that does not wait.
#[test]
fn a_try_lock_that_succeeds_sees_the_last_write() {
    lanes::model(|| {
        let hits = Arc::new(SpinLock::new(0));
        let other = thread::spawn({
            let hits = Arc::clone(&hits);
            move || *hits.lock() += 1
        });
        let seen = hits.try_lock().map(|mut hits| {
            *hits += 1;
            *hits
        });
        other.join().unwrap();
        let expected = 1 + i32::from(seen.is_some());
        let free = hits.try_lock();
        assert!(
            free.is_some(),
            "refused, though nobody holds the lock: can your compare-exchange fail for no reason?"
        );
        assert_eq!(
            free.map(|hits| *hits),
            Some(expected),
            "an increment is lost: both threads were inside at once"
        );
    });
}

/// Mutual exclusion among threads that do not wait: of two that try at once, one holds the lock.
#[test]
fn two_try_locks_never_both_succeed() {
    lanes::model(|| {
        let lock = Arc::new(SpinLock::new(0));
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            // Forgotten, so never unlocked: whoever comes second must be refused.
            move || lock.try_lock().map(std::mem::forget).is_some()
        });
        let mine = lock.try_lock().map(std::mem::forget).is_some();
        let theirs = other.join().unwrap();
        assert!(!(mine && theirs), "both threads hold the lock");
        assert!(
            mine || theirs,
            "the lock was free, yet neither thread got it"
        );
    });
}

/// Only its own guard opens a lock: whatever others do, the lock stays locked while the guard is alive.
#[test]
fn nobody_opens_a_lock_that_another_holds() {
    lanes::model(|| {
        let lock = Arc::new(SpinLock::new(0));
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || {
                drop(lock.try_lock());
                drop(lock.lock());
            }
        });
        let guard = lock.lock();
        assert!(
            lock.try_lock().is_none(),
            "a second guard while the first is alive: who has opened the lock?"
        );
        drop(guard);
        other.join().unwrap();
    });
}
