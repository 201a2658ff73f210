//! What one thread can see. A call that waits where nothing is to be waited for fails after a few seconds.

use impls::impls;
use lanes::panics::{DuringAPanic, Panic, caught, panic_with};
use lanes::stress::finishes;
use raw_lock::{Account, DepositError, Held, LIMIT, Mutex, RawSpinLock, deposit_with_guard};

fn no_audit(_balance: u64) {}

/// An audit that panics without printing a message: the panic is part of the test.
fn panicking_audit(_balance: u64) {
    panic_with("the audit");
}

/// Mutual exclusion, seen from one thread: one token at a time.
#[test]
fn a_second_token_is_refused_until_the_first_is_spent() {
    finishes("a `try_lock` while a token is unspent", || {
        let lock = RawSpinLock::new();
        let held = lock
            .try_lock()
            .expect("the lock is free: `try_lock` should take it");
        assert!(
            lock.try_lock().is_none(),
            "a second token while the first is unspent"
        );
        // SAFETY: the token is from this lock.
        unsafe { lock.unlock(held) };
        assert!(
            lock.try_lock().is_some(),
            "still locked after the token was spent"
        );
    });
}

/// `is_locked` only looks.
#[test]
fn asking_changes_nothing() {
    finishes("a `lock` of a free lock", || {
        let lock = RawSpinLock::new();
        assert!(!lock.is_locked(), "a new lock is free");
        assert!(
            !lock.is_locked(),
            "asking once locked it: `is_locked` must only look"
        );
        let held = lock.lock();
        assert!(lock.is_locked(), "it is locked now");
        assert!(
            lock.is_locked(),
            "asking once unlocked it: `is_locked` must only look"
        );
        // SAFETY: the token is from this lock.
        unsafe { lock.unlock(held) };
    });
}

/// Dropping a token is not unlocking: that is the guard's trade, and this is not a guard.
#[test]
fn a_dropped_token_leaves_the_lock_locked() {
    finishes("a `lock` of a free lock", || {
        let lock = RawSpinLock::new();
        drop(lock.lock());
        assert!(
            lock.is_locked(),
            "a token has no `Drop`: only `unlock` may release the lock"
        );
    });
}

/// A token stands for one acquisition: used twice, it would release somebody else's.
#[test]
fn a_token_cannot_be_copied_or_sent() {
    assert!(
        !impls!(Held: Clone),
        "a token that can be copied can be spent twice, and the second time unlocks for somebody else"
    );
    assert!(
        !impls!(Held: Send),
        "the thread that locked is the one that unlocks"
    );
}

/// From a raw lock, `lock_api` makes a mutex whose guard unlocks on drop.
#[test]
fn lock_api_makes_a_mutex_of_it() {
    finishes("a `try_lock` while a guard is alive", || {
        static HITS: Mutex<u32> = Mutex::new(0);
        *HITS.lock() += 1;
        let guard = HITS
            .try_lock()
            .expect("the guard is gone: the mutex should be free");
        assert!(
            HITS.try_lock().is_none(),
            "a second guard while the first is alive"
        );
        assert_eq!(*guard, 1);
    });
}

/// Both ways do the same work.
#[test]
fn guard_and_hand_do_the_same_work() {
    finishes("a deposit after one that came to an end", || {
        let (by_hand, with_guard) = (Account::new(100), Mutex::new(100));
        for amount in [
            "1",
            "899",
            "seven",
            "1",
            "18446744073709551615",
            "0",
            "-1",
            "",
            " 7",
            "7\n",
            "+7",
            "007",
            "7.0",
            "1_0",
            "0x7",
            "\u{0667}",
            "18446744073709551616",
        ] {
            let (mut hand_saw, mut guard_saw) = (None, None);
            let hand = by_hand.deposit(amount, |new| hand_saw = Some(new));
            let guard = deposit_with_guard(&with_guard, amount, |new| guard_saw = Some(new));
            assert_eq!(
                hand, guard,
                "depositing {amount:?}: by hand on the left, with a guard on the right"
            );
            assert_eq!(hand_saw, guard_saw, "what the audit of {amount:?} saw");
            assert!(
                !by_hand.is_locked(),
                "by hand, still locked after depositing {amount:?}"
            );
        }
        assert_eq!(by_hand.balance(), LIMIT);
        assert_eq!(*with_guard.lock(), LIMIT);
    });
}

/// `?` by hand: the parse error leaves in the middle, and the lock must be open.
#[test]
fn by_hand_releases_after_a_parse_error() {
    finishes("a deposit while nobody holds the lock", || {
        let account = Account::new(5);
        let refused = account.deposit("seven", no_audit);
        assert!(
            matches!(refused, Err(DepositError::NotANumber(_))),
            "got {refused:?}"
        );
        assert!(
            !account.is_locked(),
            "still locked after a parse error: `?` does not unlock for you"
        );
        assert_eq!(account.balance(), 5, "a refused deposit changes nothing");
    });
}

/// An early return by hand: over the limit is a way out, too.
#[test]
fn by_hand_releases_when_over_the_limit() {
    finishes("a deposit while nobody holds the lock", || {
        let account = Account::new(LIMIT);
        assert_eq!(account.deposit("1", no_audit), Err(DepositError::OverLimit));
        assert!(
            !account.is_locked(),
            "still locked after the early return for the limit"
        );
        assert_eq!(
            account.balance(),
            LIMIT,
            "a refused deposit changes nothing"
        );
    });
}

/// The audit sees the balance that it is shown: nobody can change it in the meantime.
#[test]
fn the_audit_runs_under_the_lock() {
    finishes("a deposit while nobody holds the lock", || {
        let account = Account::new(5);
        let mut locked_during_audit = false;
        let new = account.deposit("1", |_new| locked_during_audit = account.is_locked());
        assert_eq!(new, Ok(6));
        assert!(
            locked_during_audit,
            "the lock was released before the audit: another deposit can slip in"
        );
        assert!(
            !account.is_locked(),
            "still locked after a deposit that went well"
        );
    });
}

/// The guard releases on all three ways out that by hand forgets: `?`, early return, panic.
#[test]
fn a_guard_releases_on_every_way_out() {
    finishes("a deposit while nobody holds the lock", || {
        let account = Mutex::new(LIMIT);
        assert!(deposit_with_guard(&account, "seven", no_audit).is_err());
        assert!(!account.is_locked(), "still locked after `?`");

        assert_eq!(
            deposit_with_guard(&account, "1", no_audit),
            Err(DepositError::OverLimit)
        );
        assert!(!account.is_locked(), "still locked after an early return");

        let audited = caught(|| deposit_with_guard(&account, "0", panicking_audit));
        assert_eq!(audited, Err(Panic("the audit")));
        assert!(!account.is_locked(), "still locked after a panic");
    });
}

/// In a destructor during a panic, locking and unlocking are what they are anywhere else.
#[test]
fn a_destructor_may_lock_and_unlock_during_a_panic() {
    finishes("a `lock` by a destructor, during a panic,", || {
        let (lock, account) = (RawSpinLock::new(), Account::new(1));
        let earlier = RawSpinLock::new();
        let held = lock.lock();
        // SAFETY: the token is from this lock.
        unsafe { lock.unlock(held) }; // what is not written yet should say so here, and not while we unwind
        let deposited = account.deposit("1", no_audit);
        assert_eq!(deposited, Ok(2));
        let mut token = Some(earlier.lock());
        let unwound = caught(|| {
            let _cleanup = DuringAPanic(|| {
                let held = lock.lock();
                // SAFETY: the token is from this lock.
                unsafe { lock.unlock(held) };
                if let Some(held) = token.take() {
                    // SAFETY: the token is from this lock.
                    unsafe { earlier.unlock(held) };
                }
                let _ = account.deposit("2", no_audit);
                let _ = account.deposit("two", no_audit);
            });
            panic_with("the scope")
        });
        assert_eq!(unwound, Err::<(), _>(Panic("the scope")));
        assert!(
            !lock.is_locked() && !earlier.is_locked(),
            "still locked: unlocked by a destructor, during a panic, which is no reason not to unlock"
        );
        assert_eq!(
            account.balance(),
            4,
            "a deposit was made during a panic, and one was refused"
        );
    });
}

/// The price of by hand: written as one writes it on a Friday, it leaks on those same three ways out.
///
/// The deposit below is wrong on purpose. It is here so that you have seen it leak.
#[test]
fn by_hand_without_care_leaks_on_every_way_out() {
    fn careless(lock: &RawSpinLock, amount: &str, audit: fn(u64)) -> Result<u64, DepositError> {
        let held = lock.lock();
        let amount: u64 = amount.parse()?;
        if amount > LIMIT {
            return Err(DepositError::OverLimit);
        }
        audit(amount);
        // SAFETY: the token is from this lock.
        unsafe { lock.unlock(held) };
        Ok(amount)
    }

    finishes("a deposit while nobody holds the lock", || {
        let lock = RawSpinLock::new();
        assert_eq!(careless(&lock, "1", no_audit), Ok(1));
        assert!(!lock.is_locked(), "the way that everybody tests is right");

        let lock = RawSpinLock::new();
        assert!(careless(&lock, "seven", no_audit).is_err());
        assert!(
            lock.is_locked(),
            "`?` jumped over the unlock: the lock stays locked"
        );

        let lock = RawSpinLock::new();
        assert!(careless(&lock, "1001", no_audit).is_err());
        assert!(
            lock.is_locked(),
            "the early return jumped over the unlock: the lock stays locked"
        );

        let lock = RawSpinLock::new();
        let audited = caught(|| careless(&lock, "1", panicking_audit));
        assert_eq!(audited, Err(Panic("the audit")));
        assert!(
            lock.is_locked(),
            "the panic jumped over the unlock: the lock stays locked"
        );
    });
}
