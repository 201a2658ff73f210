//! What one thread can see. A call that waits where nothing is to be waited for fails after a few seconds.

use std::cell::Cell;
use std::rc::Rc;

use impls::impls;
use lanes::panics::{Panic, panic_of, panic_with};
use lanes::stress::finishes;
use spin_lock::{SpinLock, SpinLockGuard};

/// The guard is the way to the value, for reading and for writing.
#[test]
fn a_guard_reaches_the_value() {
    finishes("a `lock` of a free lock", || {
        let lock = SpinLock::new(String::from("un"));
        lock.lock().push_str("lock");
        assert_eq!(
            *lock.lock(),
            "unlock",
            "what was written through one guard is read through the next"
        );
        assert_eq!(lock.into_inner(), "unlock");
    });
}

/// Mutual exclusion, seen from one thread: while a guard is alive, nobody else gets one.
#[test]
fn try_lock_is_refused_while_a_guard_is_alive() {
    finishes("a `try_lock` while a guard is alive", || {
        let lock = SpinLock::new(0);
        let guard = lock.try_lock();
        assert!(
            guard.is_some(),
            "the lock is free: `try_lock` should take it"
        );
        assert!(
            lock.try_lock().is_none(),
            "a second guard, while the first is alive: both reach the value"
        );
    });
}

/// A `try_lock` that is refused leaves the lock as it found it.
#[test]
fn a_refused_try_lock_changes_nothing() {
    finishes(
        "a `lock` of a free lock, or a `try_lock` of a locked one,",
        || {
            let lock = SpinLock::new(0);
            let guard = lock.lock();
            assert!(
                lock.try_lock().is_none(),
                "the guard is alive: `try_lock` must be refused"
            );
            assert!(
                lock.try_lock().is_none(),
                "the first refused `try_lock` opened the lock: only the guard may do that"
            );
            drop(guard);
            assert!(
                lock.try_lock().is_some(),
                "the guard is gone: the lock should be free"
            );
        },
    );
}

/// Drop is the unlock.
#[test]
fn unlocks_when_the_guard_is_dropped() {
    finishes("a `lock` of a free lock", || {
        let lock = SpinLock::new(0);
        {
            let mut guard = lock.lock();
            *guard += 1;
        }
        assert!(
            lock.try_lock().is_some(),
            "still locked after the guard went out of scope: what does `Drop for SpinLockGuard` do?"
        );
    });
}

/// `?` leaves the function in the middle; the guard does not mind.
#[test]
fn unlocks_on_an_early_return() {
    fn parse_into(lock: &SpinLock<i32>, text: &str) -> Result<(), std::num::ParseIntError> {
        let mut value = lock.lock();
        *value = text.parse()?;
        *value += 1;
        Ok(())
    }

    finishes("a `lock` of a free lock", || {
        let lock = SpinLock::new(7);
        assert!(parse_into(&lock, "seven").is_err());
        assert!(
            lock.try_lock().is_some(),
            "still locked after a return in the middle of the function"
        );
    });
}

/// A panic unwinds through the guard, and unwinding drops it.
#[test]
fn unlocks_when_the_holder_panics() {
    finishes("a `lock` of a free lock", || {
        let lock = SpinLock::new(0);
        drop(lock.lock()); // a lock that cannot even be taken is another test's concern
        let panic = panic_of(|| {
            let _guard = lock.lock();
            panic_with("in the critical section");
        });
        assert_eq!(panic, Some(Panic("in the critical section")));
        assert!(
            lock.try_lock().is_some(),
            "still locked after its holder panicked: the next `lock` would spin for ever"
        );
    });
}

/// `lock` waits for nobody when the lock is free, time after time.
#[test]
fn can_be_locked_again_and_again() {
    let total = finishes("the second of three locks in a row", || {
        let lock = SpinLock::new(0);
        for n in 1..=3 {
            *lock.lock() += n;
        }
        lock.into_inner()
    });
    assert_eq!(total, 6);
}

/// The thread that locked is the one that unlocks: a guard is not `Send`.
#[test]
fn a_guard_stays_on_its_thread() {
    assert!(
        !impls!(SpinLockGuard<'static, u32>: Send),
        "a guard could be moved to another thread and unlock there: keep it from being `Send`"
    );
    assert!(
        impls!(SpinLockGuard<'static, u32>: Sync)
            && !impls!(SpinLockGuard<'static, Cell<u32>>: Sync),
        "sharing a guard shares the value: it is `Sync` exactly where the value is"
    );
}

/// A lock makes exclusive what it guards. It cannot make sendable what must stay on one thread.
#[test]
fn only_sendable_values_may_be_shared() {
    assert!(
        impls!(SpinLock<Cell<u32>>: Sync),
        "a `Cell` is not `Sync`, but behind a lock only one thread at a time has it: `T: Send` is enough"
    );
    assert!(
        !impls!(SpinLock<Rc<u32>>: Sync),
        "an `Rc` counts without a lock on every clone: behind yours, two threads would count at once"
    );
}
