//! Real threads and many rounds. What the models prove for two threads, this tries with more.

use std::sync::Arc;

use lanes::panics::{Panic, panic_of, panic_with};
use lanes::stress;
use spin_lock::SpinLock;

const THREADS: usize = 4;
const ROUNDS: usize = 1_000;

/// Mutual exclusion: a read and a write under the lock are one step to everybody else.
#[test]
fn four_threads_lose_no_increment() {
    let hits = Arc::new(SpinLock::new(0));
    stress::together(THREADS, ROUNDS, {
        let hits = Arc::clone(&hits);
        move |_thread, _round| *hits.lock() += 1
    });
    assert_eq!(
        *hits.lock(),
        THREADS * ROUNDS,
        "increments are lost: two threads were inside at once"
    );
}

/// Release on every path: some rounds leave by a panic, some find the door shut, none keeps the lock.
#[test]
fn panics_and_refusals_leave_no_lock_behind() {
    let hits = Arc::new(SpinLock::new(0));
    stress::together(THREADS, ROUNDS / 10, {
        let hits = Arc::clone(&hits);
        move |thread, round| match (thread + round) % 3 {
            0 => {
                let panic = panic_of(|| {
                    let mut hits = hits.lock();
                    *hits += 1;
                    panic_with("out");
                });
                assert_eq!(panic, Some(Panic("out")), "the closure leaves by a panic");
            }
            1 => {
                let refused_or_done = hits.try_lock().map(|mut hits| *hits += 1);
                if refused_or_done.is_none() {
                    *hits.lock() += 1;
                }
            }
            _ => *hits.lock() += 1,
        }
    });
    assert_eq!(*hits.lock(), THREADS * (ROUNDS / 10));
}

/// `lock` waits as long as it takes: it does not lose its patience, and lets nobody in beside the holder.
#[test]
fn waits_for_a_holder_that_takes_its_time() {
    let lock = Arc::new(SpinLock::new(false));
    let guard = lock.lock();
    let waiting = std::thread::spawn({
        let lock = Arc::clone(&lock);
        move || *lock.lock()
    });
    // Nothing depends on how long this is; a waiter that gives up has time to do so.
    let mut guard = guard;
    std::thread::sleep(std::time::Duration::from_millis(300));
    *guard = true;
    drop(guard);
    let done = stress::finishes("a `lock` of a lock that was given back", move || {
        waiting.join()
    });
    assert!(
        done.expect("`lock` returns a guard, however long it has to wait"),
        "`lock` lost its patience and went in while the holder was inside"
    );
}

/// Mutual exclusion among those who look first and those who do not.
#[test]
fn patient_threads_and_others_lose_no_increment() {
    let hits = Arc::new(SpinLock::new(0));
    stress::together(THREADS, ROUNDS, {
        let hits = Arc::clone(&hits);
        move |thread, _round| match thread % 2 {
            0 => *hits.lock_patiently() += 1,
            _ => *hits.lock() += 1,
        }
    });
    assert_eq!(
        *hits.lock(),
        THREADS * ROUNDS,
        "increments are lost: two threads were inside at once"
    );
}

/// `lock_patiently` is patient: it gets longer pauses, and no second opinion on who is inside.
#[test]
fn a_patient_waiter_waits_for_a_holder_that_takes_its_time() {
    let lock = Arc::new(SpinLock::new(false));
    let mut guard = lock.lock();
    let waiting = std::thread::spawn({
        let lock = Arc::clone(&lock);
        move || *lock.lock_patiently()
    });
    // Nothing depends on how long this is; a waiter that gives up has time to do so.
    std::thread::sleep(std::time::Duration::from_millis(300));
    *guard = true;
    drop(guard);
    let done = stress::finishes(
        "a `lock_patiently` of a lock that was given back",
        move || waiting.join(),
    );
    assert!(
        done.expect("`lock_patiently` returns a guard, however long it has to wait"),
        "`lock_patiently` lost its patience and went in while the holder was inside"
    );
}
