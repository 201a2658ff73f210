//! What one thread can see. A call that waits where nothing is to be waited for fails after a few seconds.

use std::cell::Cell;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;
use std::sync::{Arc, MutexGuard};

use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::stress::finishes;
use poison_mutex::{LockResult, PoisonGuard, PoisonMutex, Poisoned};

use crate::{Accounts, OPENED, TOTAL, begin_panic, catch_panic, is_whole, transfer_and_panic};

/// A mutex that a panic has left with a torn value.
fn torn() -> PoisonMutex<Accounts> {
    let mutex = PoisonMutex::new(OPENED);
    tear(&mutex);
    mutex
}

fn tear(mutex: &PoisonMutex<Accounts>) {
    drop(enter(mutex)); // a lock that cannot even be taken is another test's concern
    catch_panic(|| {
        let mut accounts = enter(mutex).unwrap_or_else(Poisoned::into_inner);
        transfer_and_panic(&mut accounts);
    });
}

/// Locks a mutex that should be free. A mutex that is not would make the test wait for ever.
#[track_caller]
fn enter<T>(mutex: &PoisonMutex<T>) -> LockResult<PoisonGuard<'_, T>> {
    mutex
        .try_lock()
        .expect(
            "refused, though no guard is alive: does `drop` unlock on every path? Does `try_lock` refuse for \
             no other reason?",
        )
}

/// The guard is the way to the value, for reading and for writing.
#[test]
fn a_guard_reaches_the_value() {
    finishes("a `lock` of a free mutex", || {
        let mutex = PoisonMutex::new(String::from("un"));
        mutex.lock().unwrap().push_str("lock");
        assert_eq!(
            *enter(&mutex).unwrap(),
            "unlock",
            "what was written through one guard is read through the next"
        );
        assert_eq!(mutex.into_inner().unwrap(), "unlock");
    });
}

/// Mutual exclusion, seen from one thread: while a guard is alive, nobody else gets one.
#[test]
fn try_lock_is_refused_while_a_guard_is_alive() {
    finishes("a `try_lock` while a guard is alive", || {
        let mutex = PoisonMutex::new(OPENED);
        let guard = mutex.lock().unwrap();
        assert!(
            mutex.try_lock().is_none(),
            "a second guard, while the first is alive: both reach the value"
        );
        assert!(
            mutex.try_lock().is_none(),
            "the first refused `try_lock` opened the lock: only the guard may do that"
        );
        drop(guard);
        assert!(
            mutex.try_lock().is_some(),
            "the guard is gone: the lock should be free"
        );
    });
}

/// A panic is a way out like any other: it unlocks. But it leaves a mark.
#[test]
fn a_panic_inside_unlocks_and_poisons() {
    let mutex = torn();
    assert!(
        mutex.is_poisoned(),
        "a panic began inside and left the value half changed: `drop` should set the flag"
    );
    assert!(
        mutex.try_lock().is_some(),
        "still locked after its holder panicked: poisoning comes on top of unlocking, not in its place"
    );
}

/// Nobody gets past the warning: every way in, and the way out, looks at the flag.
#[test]
fn every_way_to_the_value_warns() {
    finishes("a `lock` after a panic inside", || {
        assert!(enter(&torn()).is_err(), "`try_lock` does not warn");
        assert!(torn().lock().is_err(), "`lock` does not warn");
        assert!(torn().into_inner().is_err(), "`into_inner` does not warn");
    });
}

/// The error is a lock that succeeded: it holds the guard, and with it the lock and the value.
#[test]
fn the_error_holds_the_lock_and_the_value() {
    finishes("a `try_lock` while a guard is alive", || {
        let mutex = torn();
        let error = enter(&mutex).expect_err("a panic began inside: locking should warn");
        assert!(
            mutex.try_lock().is_none(),
            "the error holds a guard, and yet somebody else gets one too: both reach the value"
        );
        let accounts = error.into_inner();
        assert!(!is_whole(&accounts), "the value as the panic left it");
        assert!(
            mutex.try_lock().is_none(),
            "the guard came out of the error, and yet somebody else gets one too"
        );
        drop(accounts);
        drop(enter(&mutex)); // an error that nobody opens unlocks as well
        assert!(
            mutex.try_lock().is_some(),
            "the error is gone, and its guard with it: the lock should be free"
        );
        let accounts = mutex.into_inner().map_err(Poisoned::into_inner);
        assert_eq!(accounts, Err([TOTAL - 1, 0]), "the error holds the value");
    });
}

/// Recovery is explicit: to look at the value is not to repair it.
#[test]
fn stays_poisoned_until_somebody_clears_it() {
    let mutex = torn();
    let error = enter(&mutex).expect_err("a panic began inside: locking should warn");
    assert!(
        mutex.is_poisoned(),
        "the warning has been given, and the flag is gone: looking at it should not take it away"
    );
    drop(error.into_inner());
    assert!(
        mutex.is_poisoned(),
        "a critical section that ended well took the flag away: the value is no more whole than before"
    );
    assert!(
        enter(&mutex).is_err(),
        "the second one to lock is not warned"
    );
    mutex.clear_poison();
    assert!(
        enter(&mutex).is_ok(),
        "`clear_poison` should take the flag away"
    );
}

/// Whoever repairs the value clears the flag before it unlocks, so that nobody comes in between.
#[test]
fn clears_while_the_guard_is_alive() {
    let mutex = finishes("`clear_poison`, while a guard is alive,", || {
        let mutex = torn();
        let mut accounts = enter(&mutex).unwrap_or_else(Poisoned::into_inner);
        *accounts = OPENED;
        mutex.clear_poison();
        drop(accounts);
        mutex
    });
    assert!(
        !mutex.is_poisoned(),
        "the flag came back when the guard was dropped: does the guard remember what it found?"
    );
    assert_eq!(*enter(&mutex).unwrap(), OPENED);
}

/// One flag, many panics: a mutex that was cleared can be poisoned again.
#[test]
fn the_next_panic_poisons_again() {
    let mutex = torn();
    mutex.clear_poison();
    tear(&mutex);
    assert!(
        mutex.is_poisoned(),
        "the second panic left no mark: does poisoning work only once?"
    );
}

/// The flag says that a panic began inside, and nothing about what was written: who has only read may have been about to
/// write, and values change behind shared references, too.
#[test]
fn a_panic_of_one_who_has_only_read_poisons() {
    finishes("a `lock` of a free mutex", || {
        let mutex = PoisonMutex::new(Cell::new(0));
        drop(enter(&mutex)); // a lock that cannot even be taken is another test's concern
        catch_panic(|| {
            let value = mutex.lock().unwrap_or_else(Poisoned::into_inner);
            value.set(1); // half of what it had to do
            begin_panic();
        });
        assert!(
            mutex.is_poisoned(),
            "a panic began inside and left no mark: `drop` cannot know what was changed, so it asks only how it is left"
        );
        let mutex = PoisonMutex::new(OPENED);
        catch_panic(|| {
            let _untouched = mutex.lock();
            begin_panic();
        });
        assert!(
            mutex.is_poisoned(),
            "a panic began inside and left no mark: `drop` cannot know what was changed, so it asks only how it is left"
        );
    });
}

/// A guard that came with a warning is a guard: if the repair panics, the mutex is poisoned again.
#[test]
fn a_repair_that_panics_poisons_again() {
    let mutex = torn();
    catch_panic(|| {
        let mut accounts = enter(&mutex).unwrap_or_else(Poisoned::into_inner);
        mutex.clear_poison(); // too early
        transfer_and_panic(&mut accounts);
    });
    assert!(
        mutex.is_poisoned(),
        "whoever was warned cleared the flag, and panicked before the repair was done: that guard poisons like any other"
    );
    assert!(
        mutex.try_lock().is_some(),
        "still locked after its holder panicked: a guard that came with a warning unlocks like any other"
    );
}

/// The same by `lock`: which of the two ways in a destructor takes makes no difference.
#[test]
fn a_panic_that_began_outside_does_not_poison_by_lock_either() {
    /// Puts one unit from the first account into the second when it is dropped.
    struct TransferOnDrop<'a>(&'a PoisonMutex<Accounts>);

    impl Drop for TransferOnDrop<'_> {
        fn drop(&mut self) {
            if let Ok(mut accounts) = self.0.lock() {
                accounts[0] -= 1;
                accounts[1] += 1;
            }
        }
    }

    finishes("a `lock` by a destructor, during a panic,", || {
        let mutex = PoisonMutex::new(OPENED);
        drop(mutex.lock()); // what is not written yet should say so here, and not while we unwind
        catch_panic(|| {
            let _transfer = TransferOnDrop(&mutex);
            begin_panic();
        });
        let accounts = mutex.lock().expect(
            "poisoned by a guard that was made *and* dropped during a panic that began outside: what did \
             `thread::panicking()` say when it locked?",
        );
        assert_eq!(*accounts, [TOTAL - 1, 1], "the transfer has been made");
    });
}

/// Somebody else's panic, over or not: a guard made during one unlocks when it is dropped, and marks nothing.
#[test]
fn a_guard_that_outlives_a_panic_does_not_poison() {
    /// Locks when it is dropped, and hands the guard out.
    struct LockOnDrop<'a, 'o>(
        &'a PoisonMutex<Accounts>,
        &'o Cell<Option<PoisonGuard<'a, Accounts>>>,
    );

    impl Drop for LockOnDrop<'_, '_> {
        fn drop(&mut self) {
            if let Some(Ok(accounts)) = self.0.try_lock() {
                self.1.set(Some(accounts));
            }
        }
    }

    let mutex = PoisonMutex::new(OPENED);
    drop(mutex.try_lock()); // what is not written yet should say so here, and not while we unwind
    let outlives = Cell::new(None);
    catch_panic(|| {
        let _lock = LockOnDrop(&mutex, &outlives);
        begin_panic();
    });
    let accounts = outlives.take();
    assert!(accounts.is_some(), "the mutex was free");
    assert!(
        mutex.try_lock().is_none(),
        "unlocked, and the guard is alive: it has outlived a panic"
    );
    drop(accounts);
    assert!(
        enter(&mutex).is_ok(),
        "poisoned by a guard that was made during a panic and dropped when that was over: nothing began inside"
    );
}

/// A guard made before the panic poisons, whoever drops it: a destructor that runs because of the panic, too.
#[test]
fn a_guard_that_a_destructor_drops_during_a_panic_poisons() {
    struct Section<'a>(Option<PoisonGuard<'a, Accounts>>);

    impl Drop for Section<'_> {
        fn drop(&mut self) {
            self.0 = None;
        }
    }

    let mutex = PoisonMutex::new(OPENED);
    drop(enter(&mutex)); // a lock that cannot even be taken is another test's concern
    catch_panic(|| {
        let _section = Section(Some(enter(&mutex).unwrap_or_else(Poisoned::into_inner)));
        begin_panic();
    });
    assert!(
        mutex.is_poisoned(),
        "a panic began while the guard was alive, and a destructor dropped it: `drop` should set the flag"
    );
    assert!(
        mutex.try_lock().is_some(),
        "still locked after its holder panicked"
    );
}

/// The value is the mutex's: it is dropped with it, or comes out of it, once, poisoned or not.
#[test]
fn the_value_is_dropped_once() {
    let mutex = PoisonMutex::new(Item(1));
    drop(enter(&mutex));
    assert_eq!(dropped(), [], "a guard was dropped, and with it the value");
    catch_panic(|| {
        let _item = enter(&mutex);
        begin_panic();
    });
    let value = mutex.into_inner();
    assert_eq!(
        dropped(),
        [],
        "the value came out of the mutex, and is alive"
    );
    drop(value);
    assert_eq!(dropped(), [1]);
    drop(PoisonMutex::new(Item(2)));
    assert_eq!(
        dropped(),
        [2],
        "the mutex is gone, and its value with it, once"
    );
}

/// A destructor that runs because of somebody else's panic may lock, change and unlock: nothing is torn.
#[test]
fn a_panic_that_began_outside_does_not_poison() {
    /// Puts one unit from the first account into the second when it is dropped.
    struct TransferOnDrop<'a>(&'a PoisonMutex<Accounts>);

    impl Drop for TransferOnDrop<'_> {
        fn drop(&mut self) {
            // No `unwrap`, no `todo!()`: a panic here would be a panic in the middle of a panic.
            if let Some(Ok(mut accounts)) = self.0.try_lock() {
                accounts[0] -= 1;
                accounts[1] += 1;
            }
        }
    }

    let mutex = PoisonMutex::new(OPENED);
    drop(mutex.lock());
    drop(mutex.try_lock()); // what is not written yet should say so here, and not while we unwind
    catch_panic(|| {
        let _transfer = TransferOnDrop(&mutex);
        begin_panic();
    });
    let accounts = enter(&mutex).expect(
        "poisoned by a guard that was made *and* dropped during a panic that began outside: what did \
         `thread::panicking()` say when it locked?",
    );
    assert_eq!(*accounts, [TOTAL - 1, 1], "the transfer has been made");
}

/// A panic that is caught inside tears nothing: the critical section goes on and ends well.
#[test]
fn a_panic_caught_inside_does_not_poison() {
    finishes("a `lock` of a free mutex", || {
        let mutex = PoisonMutex::new(OPENED);
        {
            let mut accounts = mutex.lock().unwrap();
            accounts[0] -= 1;
            catch_panic(|| begin_panic());
            accounts[1] += 1;
        }
        assert!(
            !mutex.is_poisoned(),
            "the panic was over when the guard was dropped: only a guard that is dropped *by* a panic poisons"
        );
    });
}

/// The flag speaks of the past. A holder who is inside right now has torn nothing yet.
#[test]
fn asking_neither_waits_nor_mistakes_a_holder_for_a_panic() {
    let mutex = Arc::new(PoisonMutex::new(OPENED));
    let guard = mutex.lock().unwrap();
    let poisoned = finishes("`is_poisoned`, while a guard is alive,", {
        let mutex = Arc::clone(&mutex);
        move || mutex.is_poisoned()
    });
    assert!(!poisoned, "somebody is inside, and nobody has panicked");
    drop(guard);
}

/// `?` and `return` are not panics.
#[test]
fn an_early_return_does_not_poison() {
    fn transfer(
        mutex: &PoisonMutex<Accounts>,
        amount: &str,
    ) -> Result<(), std::num::ParseIntError> {
        let mut accounts = mutex.lock().unwrap();
        let amount: u32 = amount.parse()?;
        accounts[0] -= amount;
        accounts[1] += amount;
        Ok(())
    }

    let mutex = PoisonMutex::new(OPENED);
    assert!(transfer(&mutex, "ten").is_err());
    assert!(
        enter(&mutex).is_ok(),
        "the section was left by `?`: it unlocks and does not poison"
    );
}

/// The thread that locked is the one that unlocks, and whose panics count: a guard is not `Send`.
#[test]
fn a_guard_stays_on_its_thread() {
    assert!(
        !impls!(PoisonGuard<'static, u32>: Send),
        "a guard could be moved to another thread, and ask there whether *that* thread panics"
    );
    assert!(
        impls!(PoisonGuard<'static, u32>: Sync) && !impls!(PoisonGuard<'static, Cell<u32>>: Sync),
        "sharing a guard shares the value: it is `Sync` exactly where the value is"
    );
}

/// A lock makes exclusive what it guards. It cannot make sendable what must stay on one thread.
#[test]
fn only_sendable_values_may_be_shared() {
    assert!(
        impls!(PoisonMutex<Cell<u32>>: Sync),
        "a `Cell` is not `Sync`, but behind a lock only one thread at a time has it: `T: Send` is enough"
    );
    assert!(
        !impls!(PoisonMutex<Rc<u32>>: Sync),
        "an `Rc` counts without a lock on every clone: behind yours, two threads would count at once"
    );
    assert!(
        impls!(PoisonMutex<Cell<u32>>: Send),
        "what may change threads may do so in its mutex"
    );
    assert!(
        !impls!(PoisonMutex<Rc<u32>>: Send) && !impls!(PoisonMutex<MutexGuard<'static, u32>>: Send),
        "whoever moves a mutex moves what is in it: what must stay on its thread keeps its mutex there"
    );
}

/// What poisoning buys: `catch_unwind` asks for no `AssertUnwindSafe`, because a torn value is announced.
#[test]
fn a_mutex_may_be_used_after_a_caught_panic() {
    assert!(
        impls!(PoisonMutex<Cell<u32>>: UnwindSafe & RefUnwindSafe),
        "whoever locks after a panic is warned, so the mutex may be used after `catch_unwind`"
    );
}
