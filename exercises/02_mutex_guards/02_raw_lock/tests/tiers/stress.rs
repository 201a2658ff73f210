//! Real threads and many rounds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lanes::stress;
use raw_lock::{Account, LIMIT, Mutex, RawSpinLock, deposit_with_guard};

const THREADS: usize = 4;
const ROUNDS: usize = 500;

/// By hand: deposits that succeed, fail to parse and go over the limit, all mixed; the sum is exact.
#[test]
fn deposits_by_hand_add_up() {
    let account = Arc::new(Account::new(0));
    stress::together(THREADS, ROUNDS, {
        let account = Arc::clone(&account);
        move |thread, round| {
            deposit_something(thread, round, |amount| {
                account.deposit(amount, |_| ()).is_ok()
            })
        }
    });
    assert_eq!(
        account.balance(),
        LIMIT,
        "deposits are lost: were two threads inside at once?"
    );
    assert!(!account.is_locked());
}

/// With a guard: the same mixture through `lock_api`'s mutex over your raw lock.
#[test]
fn deposits_with_a_guard_add_up() {
    let account = Arc::new(Mutex::new(0));
    stress::together(THREADS, ROUNDS, {
        let account = Arc::clone(&account);
        move |thread, round| {
            deposit_something(thread, round, |amount| {
                deposit_with_guard(&account, amount, |_| ()).is_ok()
            });
        }
    });
    assert_eq!(
        *account.lock(),
        LIMIT,
        "deposits are lost: were two threads inside at once?"
    );
}

/// Of four rounds, two deposit 1, one does not parse, one goes over the limit: at the end 4 · 250 = LIMIT.
fn deposit_something(thread: usize, round: usize, deposit: impl FnOnce(&str) -> bool) {
    let (amount, accepted) = match (thread + round) % 4 {
        0 => ("seven", false),
        1 => ("1001", false),
        _ => ("1", true),
    };
    assert_eq!(deposit(amount), accepted, "depositing {amount:?}");
}

/// `lock` waits as long as it takes: it does not lose its patience, and gives no second token.
#[test]
fn waits_for_a_holder_that_takes_its_time() {
    let shared = Arc::new((RawSpinLock::new(), AtomicBool::new(false)));
    let held = shared.0.lock();
    let waiting = std::thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            let held = shared.0.lock();
            let done = shared.1.load(Ordering::Relaxed);
            // SAFETY: the token is from this lock.
            unsafe { shared.0.unlock(held) };
            done
        }
    });
    // Nothing depends on how long this is; a waiter that gives up has time to do so.
    std::thread::sleep(std::time::Duration::from_millis(300));
    shared.1.store(true, Ordering::Relaxed);
    // SAFETY: the token is from this lock.
    unsafe { shared.0.unlock(held) };
    let done = stress::finishes("a `lock` of a lock that was given back", move || {
        waiting.join()
    });
    assert!(
        done.expect("`lock` returns a token, however long it has to wait"),
        "`lock` lost its patience, and there were two tokens at once"
    );
}
