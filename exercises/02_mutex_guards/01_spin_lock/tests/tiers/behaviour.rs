//! What one thread can see. A call that waits where nothing is to be waited for fails after a few seconds.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::MutexGuard;

use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
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

/// In a destructor during a panic, a guard unlocks as anywhere else: one that is made there, one that was made before, and
/// one that outlives the panic.
#[test]
fn unlocks_whenever_it_was_locked() {
    finishes("a `lock` by a destructor, during a panic,", || {
        let (inside, before, after) = (SpinLock::new(0), SpinLock::new(0), SpinLock::new(0));
        drop((inside.lock(), inside.try_lock())); // a lock that cannot even be taken is another test's concern
        let mut made_before = Some(before.lock());
        let mut outlives = None;
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                *inside.lock() += 1;
                made_before = None;
                outlives = after.try_lock();
            });
            panic_with("the scope");
        });
        assert_eq!(panic, Some(Panic("the scope")));
        assert!(
            inside.try_lock().is_some(),
            "still locked by a guard that was made and dropped during a panic"
        );
        assert!(
            before.try_lock().is_some(),
            "still locked by a guard that a destructor dropped during a panic"
        );
        assert!(
            after.try_lock().is_none(),
            "unlocked, and the guard is alive: it has outlived a panic"
        );
        drop(outlives);
        assert!(
            after.try_lock().is_some(),
            "still locked by a guard that was made during a panic and dropped after it"
        );
    });
}

/// The value is the lock's: it is dropped with the lock, or comes out of it, once.
#[test]
fn the_value_is_dropped_once() {
    finishes("a `lock` of a free lock", || {
        let lock = SpinLock::new(Item(1));
        drop(lock.lock());
        drop(lock.try_lock());
        assert_eq!(dropped(), [], "a guard was dropped, and with it the value");
        *lock.lock() = Item(2);
        assert_eq!(dropped(), [1], "one value took the other one's place");
        let value = lock.into_inner();
        assert_eq!(
            dropped(),
            [],
            "the value came out of the lock, and is alive"
        );
        drop(value);
        let lock = SpinLock::new(Item(3));
        std::mem::forget(lock.lock());
        drop(lock);
        assert_eq!(
            dropped(),
            [2, 3],
            "each value is dropped once: the one that came out, and the one that went with its lock, locked as that was"
        );
    });
}

/// `lock` waits for nobody when the lock is free, time after time.
#[test]
fn can_be_locked_again_and_again() {
    let total = finishes("one of very many locks in a row", || {
        let lock = SpinLock::new(0);
        for n in 1..=3 {
            *lock.lock() += n;
        }
        for _ in 0..70_000 {
            *lock.lock() += 1; // more often than a small counter can count
        }
        lock.into_inner()
    });
    assert_eq!(total, 70_006);
}

/// `lock_patiently` waits in another way. The lock and the guard are the same.
#[test]
fn a_patient_lock_is_a_lock() {
    finishes("a `lock_patiently` of a free lock", || {
        let lock = SpinLock::new(0);
        let mut guard = lock.lock_patiently();
        *guard += 1;
        assert!(
            lock.try_lock().is_none(),
            "a second guard, while the one of `lock_patiently` is alive: both reach the value"
        );
        drop(guard);
        assert_eq!(
            lock.try_lock().as_deref(),
            Some(&1),
            "the guard of `lock_patiently` is gone: the lock should be free, and what it wrote be there"
        );
        let panic = panic_of(|| {
            *lock.lock_patiently() += 1;
            let _guard = lock.lock_patiently();
            panic_with("in the critical section");
        });
        assert_eq!(panic, Some(Panic("in the critical section")));
        for _ in 0..70_000 {
            *lock.lock_patiently() += 1;
        }
        assert_eq!(*lock.lock(), 70_002);
    });
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
    assert!(
        impls!(SpinLock<Cell<u32>>: Send),
        "what may change threads may do so in its lock"
    );
    assert!(
        !impls!(SpinLock<Rc<u32>>: Send) && !impls!(SpinLock<MutexGuard<'static, u32>>: Send),
        "whoever moves a lock moves what is in it: what must stay on its thread keeps its lock there"
    );
}
