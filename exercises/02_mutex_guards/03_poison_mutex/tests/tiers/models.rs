//! Every schedule of a small world, explored by `lanes`.
//!
//! The panics in here are raised and caught inside a model, on one of its threads. Each begins while its thread
//! holds the lock, so that no other guard is alive: the threads of a model share one thread of the operating
//! system, and with it one `thread::panicking()`.

use std::sync::Arc;

use crate::sync::thread;
use crate::{OPENED, catch_panic, is_whole, transfer_and_panic};

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/poison_mutex.rs"));
}
use source::{PoisonMutex, Poisoned};

type Mutex = PoisonMutex<crate::Accounts>;

/// Locks, tears the value, and leaves by a panic.
fn tear(mutex: &Mutex) {
    catch_panic(|| {
        let mut accounts = mutex.lock().unwrap_or_else(Poisoned::into_inner);
        transfer_and_panic(&mut accounts);
    });
}

/// unlock → next lock: whoever gets the lock sees what was written under it before.
#[test]
fn two_threads_lose_no_increment() {
    lanes::model(|| {
        let hits = Arc::new(PoisonMutex::new(0));
        let other = thread::spawn({
            let hits = Arc::clone(&hits);
            move || *hits.lock().unwrap() += 1
        });
        *hits.lock().unwrap() += 1;
        other.join().unwrap();
        assert_eq!(
            *hits.lock().unwrap(),
            2,
            "an increment is lost: both threads were inside at once"
        );
    });
}

/// flag set → unlock → next lock → flag read: no torn value without a warning, and no warning is lost.
#[test]
fn whoever_locks_after_a_panic_is_warned() {
    lanes::model(|| {
        let mutex = Arc::new(Mutex::new(OPENED));
        let other = thread::spawn({
            let mutex = Arc::clone(&mutex);
            move || tear(&mutex)
        });
        let entered = mutex.lock();
        assert!(
            mutex.try_lock().is_none(),
            "a second guard while the first is alive: who has opened the lock?"
        );
        if let Ok(accounts) = &entered {
            assert!(
                is_whole(accounts),
                "locked without a warning, and half a transfer is missing: {accounts:?}"
            );
        }
        drop(entered);
        other.join().unwrap();
        assert!(
            mutex.lock().is_err(),
            "a panic began inside, and nobody cleared the flag: where is it?"
        );
    });
}

/// flag set → unlock → next try_lock → flag read: the same edge, for a caller that does not wait.
#[test]
fn whoever_tries_to_lock_after_a_panic_is_warned() {
    lanes::model(|| {
        let mutex = Arc::new(Mutex::new(OPENED));
        let other = thread::spawn({
            let mutex = Arc::clone(&mutex);
            move || tear(&mutex)
        });
        if let Some(Ok(accounts)) = mutex.try_lock() {
            assert!(
                is_whole(&accounts),
                "locked without a warning, and half a transfer is missing: {accounts:?}"
            );
        }
        other.join().unwrap();
    });
}

/// repair → flag cleared → unlock → next lock: whoever comes after the repair is not warned, and sees it.
#[test]
fn a_repair_is_seen_by_the_next_holder() {
    lanes::model(|| {
        let mutex = Arc::new(Mutex::new(OPENED));
        let other = thread::spawn({
            let mutex = Arc::clone(&mutex);
            move || tear(&mutex)
        });
        let repaired = match mutex.lock() {
            Ok(_whole) => false,
            Err(poisoned) => {
                let mut accounts = poisoned.into_inner();
                *accounts = OPENED;
                mutex.clear_poison();
                true
            }
        };
        other.join().unwrap();
        match mutex.lock() {
            Ok(accounts) => assert!(
                is_whole(&accounts),
                "locked without a warning, and half a transfer is missing: {accounts:?}"
            ),
            Err(_) => assert!(!repaired, "repaired and cleared, and yet poisoned again"),
        };
    });
}

/// The flag is read without the lock by whoever asks: the lock orders it, and still it has to be an atomic.
#[test]
fn anybody_may_ask_at_any_time() {
    lanes::model(|| {
        let mutex = Arc::new(Mutex::new(OPENED));
        let other = thread::spawn({
            let mutex = Arc::clone(&mutex);
            move || {
                let _accounts = mutex.lock();
                mutex.clear_poison();
            }
        });
        let early = mutex.is_poisoned();
        let warned = mutex.lock().is_err();
        other.join().unwrap();
        assert!(!early && !warned, "poisoned, and nobody has panicked");
    });
}

/// `is_poisoned` only looks: whoever asks is in nobody's way.
#[test]
fn whoever_asks_is_in_nobodys_way() {
    lanes::model(|| {
        let mutex = Arc::new(Mutex::new(OPENED));
        let asking = thread::spawn({
            let mutex = Arc::clone(&mutex);
            move || mutex.is_poisoned()
        });
        let entered = mutex.try_lock();
        assert!(
            entered.is_some(),
            "refused, though nobody has locked: does `is_poisoned` take the lock to find out?"
        );
        mutex.clear_poison();
        drop(entered);
        asking.join().unwrap();
    });
}
