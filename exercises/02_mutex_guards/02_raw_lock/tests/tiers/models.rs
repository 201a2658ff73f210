//! Every schedule of a small world, explored by `lanes`.

use std::sync::Arc;

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/raw_lock.rs"));
}
use source::{Account, DepositError, RawSpinLock};

/// A value behind a raw lock; only the lock keeps its two users apart.
struct Shared {
    lock: RawSpinLock,
    hits: UnsafeCell<u32>,
}

// SAFETY: not safe at all, if the lock is wrong. That is what the models find out.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            lock: RawSpinLock::new(),
            hits: UnsafeCell::new(0),
        })
    }

    /// Adds one to `hits`; call it only while the lock is held.
    fn hit(&self) {
        // SAFETY: the caller holds the lock.
        self.hits.with_mut(|hits| unsafe { *hits += 1 });
    }
}

/// unlock → next lock: whoever gets a token sees what was written under the one before.
#[test]
fn a_token_comes_with_what_was_written_under_the_last() {
    lanes::model(|| {
        let shared = Shared::new();
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || locked_hit(&shared)
        });
        locked_hit(&shared);
        other.join().unwrap();
        let hits = shared.hits.with(|hits| {
            // SAFETY: the other thread has ended.
            unsafe { *hits }
        });
        assert_eq!(hits, 2, "a hit is lost: both threads were inside at once");
    });
}

fn locked_hit(shared: &Shared) {
    let held = shared.lock.lock();
    shared.hit();
    // SAFETY: the token is from this lock.
    unsafe { shared.lock.unlock(held) };
}

/// unlock → next try_lock: the same edge, for a caller that does not wait; and from there to the next lock.
#[test]
fn a_token_of_try_lock_comes_with_what_was_written_under_the_last() {
    lanes::model(|| {
        let shared = Shared::new();
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || locked_hit(&shared)
        });
        let tried = shared.lock.try_lock().map(|held| {
            shared.hit();
            // SAFETY: the token is from this lock.
            unsafe { shared.lock.unlock(held) };
        });
        other.join().unwrap();
        let hits = shared.hits.with(|hits| {
            // SAFETY: the other thread has ended.
            unsafe { *hits }
        });
        assert_eq!(
            hits,
            1 + u32::from(tried.is_some()),
            "a hit is lost: both threads were inside at once"
        );
    });
}

/// Of two `try_lock`s on a free lock, exactly one succeeds.
#[test]
fn two_try_locks_never_both_succeed() {
    lanes::model(|| {
        let shared = Shared::new();
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            // The token is dropped, so never spent: whoever comes second must be refused.
            move || shared.lock.try_lock().is_some()
        });
        let mine = shared.lock.try_lock().is_some();
        let theirs = other.join().unwrap();
        assert!(!(mine && theirs), "both threads have a token");
        assert!(
            mine || theirs,
            "the lock was free, yet neither thread got it"
        );
    });
}

/// The section by hand is one step to everybody else: two deposits are both kept.
#[test]
fn two_deposits_are_both_kept() {
    lanes::model(|| {
        let account = Arc::new(Account::new(0));
        let other = thread::spawn({
            let account = Arc::clone(&account);
            move || account.deposit("1", |_| ()).unwrap()
        });
        account.deposit("2", |_| ()).unwrap();
        other.join().unwrap();
        assert_eq!(account.balance(), 3, "a deposit is lost");
    });
}

/// A refused deposit lets the next one in, whoever comes first.
#[test]
fn a_refused_deposit_blocks_nobody() {
    lanes::model(|| {
        let account = Arc::new(Account::new(0));
        let other = thread::spawn({
            let account = Arc::clone(&account);
            move || account.deposit("1001", |_| ())
        });
        account.deposit("2", |_| ()).unwrap();
        assert_eq!(other.join().unwrap(), Err(DepositError::OverLimit));
        assert_eq!(account.balance(), 2);
    });
}

/// `is_locked` looks, and sees: a lock that this thread itself holds is locked, every time it asks.
#[test]
fn whoever_holds_a_lock_finds_it_locked() {
    lanes::model(|| {
        let lock = Arc::new(RawSpinLock::new());
        let held = lock.lock();
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || lock.try_lock().is_none()
        });
        assert!(
            lock.is_locked(),
            "this thread holds the lock, and was told that it is free: can the answer be wrong for no reason?"
        );
        assert!(other.join().unwrap(), "the lock is held");
        // SAFETY: the token is from this lock.
        unsafe { lock.unlock(held) };
    });
}

/// Everything happens while the lock is held, parsing too: a deposit that will be refused waits for its turn like others.
#[test]
fn an_amount_is_parsed_under_the_lock() {
    lanes::model(|| {
        let account = Arc::new(Account::new(0));
        let inside = Arc::new([AtomicBool::new(false), AtomicBool::new(false)]);
        let other = thread::spawn({
            let (account, inside) = (Arc::clone(&account), Arc::clone(&inside));
            move || {
                let audited = account.deposit("1", |_| {
                    inside[0].store(true, Ordering::SeqCst);
                    inside[1].store(true, Ordering::SeqCst);
                });
                audited.unwrap();
            }
        });
        let began_before = inside[0].load(Ordering::SeqCst);
        let refused = account.deposit("seven", |_| ());
        let was_over = inside[1].load(Ordering::SeqCst);
        assert!(
            matches!(refused, Err(DepositError::NotANumber(_))),
            "got {refused:?}"
        );
        assert!(
            !began_before || was_over,
            "another deposit was in the middle of its audit, and this one did not wait for it: everything happens under \
             the lock, in this order: parse, check the limit, write, audit"
        );
        other.join().unwrap();
    });
}

/// `is_locked` only looks: whoever asks is in nobody's way.
#[test]
fn whoever_asks_is_in_nobodys_way() {
    lanes::model(|| {
        let lock = Arc::new(RawSpinLock::new());
        let asking = thread::spawn({
            let lock = Arc::clone(&lock);
            move || lock.is_locked()
        });
        assert!(
            lock.try_lock().is_some(),
            "refused, though nobody has locked: does `is_locked` take the lock to find out? \
             Can your compare-exchange fail for no reason?"
        );
        asking.join().unwrap();
    });
}

/// Only its own token opens a lock: whatever others do, the lock stays locked until the token is spent.
#[test]
fn nobody_opens_a_lock_that_another_holds() {
    lanes::model(|| {
        let shared = Shared::new();
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || locked_hit(&shared)
        });
        let held = shared.lock.lock();
        assert!(
            shared.lock.try_lock().is_none(),
            "a second token while the first is unspent: who has opened the lock?"
        );
        // SAFETY: the token is from this lock.
        unsafe { shared.lock.unlock(held) };
        other.join().unwrap();
    });
}
