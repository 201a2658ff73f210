//! What one thread can see. A call that waits where nothing is to be waited for fails after a few seconds.

use std::cell::Cell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::MutexGuard;

use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::finishes;
use upgrade::{MAX_READERS, ReadGuard, RwLock, UpgradableGuard, WriteGuard};

/// Who would get into the lock now.
fn welcome<T>(lock: &RwLock<T>) -> Vec<&'static str> {
    // One after the other: as the items of an array, the guards would all live to its end, in each other's way.
    let reader = lock.try_read().is_some();
    let upgradable = lock.try_upgradable_read().is_some();
    let writer = lock.try_write().is_some();
    let mut welcome = EVERYBODY.to_vec();
    let mut may_enter = [reader, upgradable, writer].into_iter();
    welcome.retain(|_| may_enter.next().is_some_and(|may| may));
    welcome
}

const EVERYBODY: &[&str] = &["a reader", "an upgradable reader", "a writer"];
const READERS: &[&str] = &["a reader", "an upgradable reader"];
const PLAIN_READERS: &[&str] = &["a reader"];
const NOBODY: &[&str] = &[];

/// The right to upgrade costs others nothing but that right.
#[test]
fn an_upgradable_reader_stands_beside_plain_ones() {
    finishes("an `upgradable_read` beside readers", || {
        let lock = RwLock::new(7);
        let before = lock.read();
        let guard = lock.upgradable_read();
        let after = lock.read();
        assert_eq!([*before, *guard, *after], [7, 7, 7]);
        assert_eq!(
            welcome(&lock),
            PLAIN_READERS,
            "one upgradable guard is alive, beside two plain ones. Left: who may enter; right: who should"
        );
    });
}

/// Two with the right to upgrade would wait for each other.
#[test]
fn there_is_one_upgradable_reader_at_a_time() {
    finishes("an `upgradable_read` of a free lock", || {
        let lock = RwLock::new(7);
        let guard = lock.try_upgradable_read();
        assert!(guard.is_some(), "the lock is free");
        for _ in 0..2 {
            assert!(
                lock.try_upgradable_read().is_none(),
                "a second upgradable guard while the first is alive"
            );
        }
        drop(guard);
        assert_eq!(
            welcome(&lock),
            EVERYBODY,
            "the guard is gone: what does its drop give back?"
        );
    });
}

/// A writer is alone.
#[test]
fn a_writer_keeps_upgradable_readers_out() {
    let lock = RwLock::new(7);
    let writes = lock.try_write().expect("the lock is free");
    assert!(
        lock.try_upgradable_read().is_none(),
        "an upgradable guard while a writer is inside"
    );
    drop(writes);
    assert!(
        lock.try_upgradable_read().is_some(),
        "the writer has gone, and a refused reader should have left no trace"
    );
}

/// upgrade: the guard becomes the writer's, with everything that belongs to a writer.
#[test]
fn an_upgrade_writes_alone() {
    finishes("an `upgrade` with no other reader", || {
        let lock = RwLock::new(String::from("look"));
        let guard = lock.upgradable_read();
        assert_eq!(*guard, "look");
        let mut guard = UpgradableGuard::upgrade(guard);
        guard.push_str(" and write");
        assert_eq!(
            welcome(&lock),
            NOBODY,
            "a writer is inside. Left: who may enter; right: who should"
        );
        drop(guard);
        assert_eq!(
            welcome(&lock),
            EVERYBODY,
            "the writer has gone: did the upgrade leave its reader behind, or take it away twice?"
        );
        assert_eq!(lock.into_inner(), "look and write");
    });
}

/// try_upgrade: refused as long as somebody else reads, and then the guard is what it was.
#[test]
fn a_refused_upgrade_changes_nothing() {
    finishes("a `try_upgrade`", || {
        let lock = RwLock::new(7);
        let reader = lock.read();
        let mut guard = lock.upgradable_read();
        for _ in 0..2 {
            guard = match UpgradableGuard::try_upgrade(guard) {
                Ok(_) => panic!("a writer beside a reader: `try_upgrade` must be refused"),
                Err(guard) => guard,
            };
            assert_eq!(*guard, 7);
            assert_eq!(
                welcome(&lock),
                PLAIN_READERS,
                "refused, and the guard is alive. Left: who may enter; right: who should"
            );
        }
        drop(reader);
        let Ok(mut guard) = UpgradableGuard::try_upgrade(guard) else {
            panic!("nobody else reads any more, and `try_upgrade` is refused");
        };
        *guard = 8;
        assert_eq!(welcome(&lock), NOBODY, "a writer is inside");
        drop(guard);
        assert_eq!(welcome(&lock), EVERYBODY, "the writer has gone");
        assert_eq!(lock.into_inner(), 8);
    });
}

/// downgrade of a writer: others may read beside it, and nobody may write.
#[test]
fn a_downgraded_writer_reads_beside_others() {
    finishes("a `downgrade` of a writer", || {
        let lock = RwLock::new(7);
        let mut guard = lock.write();
        *guard = 8;
        let guard = WriteGuard::downgrade(guard);
        assert_eq!(*guard, 8);
        assert_eq!(
            welcome(&lock),
            READERS,
            "one reader is inside. Left: who may enter; right: who should"
        );
        drop(guard);
        assert_eq!(
            welcome(&lock),
            EVERYBODY,
            "the reader has gone: was the writer's drop run as well?"
        );
    });
}

/// downgrade of a writer, with the way back.
#[test]
fn a_writer_may_keep_the_right_to_upgrade() {
    finishes("a `downgrade_to_upgradable`", || {
        let lock = RwLock::new(0);
        let mut guard = lock.write();
        for n in 1..=3 {
            *guard = n;
            let reads = WriteGuard::downgrade_to_upgradable(guard);
            assert_eq!(*reads, n);
            assert_eq!(
                welcome(&lock),
                PLAIN_READERS,
                "an upgradable reader is inside. Left: who may enter; right: who should"
            );
            guard = UpgradableGuard::upgrade(reads);
            assert_eq!(welcome(&lock), NOBODY, "it has become a writer again");
        }
        drop(guard);
        assert_eq!(welcome(&lock), EVERYBODY, "the writer has gone");
        drop(WriteGuard::downgrade_to_upgradable(lock.write()));
        assert_eq!(welcome(&lock), EVERYBODY, "the upgradable reader has gone");
    });
}

/// downgrade of an upgradable reader: somebody else may have the right.
#[test]
fn the_right_to_upgrade_can_be_given_up() {
    finishes("a `downgrade` of an upgradable reader", || {
        let lock = RwLock::new(7);
        let first = UpgradableGuard::downgrade(lock.upgradable_read());
        assert_eq!(
            welcome(&lock),
            READERS,
            "one plain reader is inside. Left: who may enter; right: who should"
        );
        let second = UpgradableGuard::downgrade(lock.upgradable_read());
        assert_eq!([*first, *second], [7, 7]);
        drop(first);
        assert!(lock.try_write().is_none(), "one of two readers is left");
        drop(second);
        assert_eq!(welcome(&lock), EVERYBODY, "both readers have gone");
    });
}

/// Release on every path: a panic lets go of what the guard is by then.
#[test]
fn a_panic_lets_go() {
    fn leave<G>(_guard: G) {
        panic_with("out");
    }

    finishes("a guard that a panic drops", || {
        let lock = RwLock::new(7);
        let ways: [(&str, &dyn Fn()); 7] = [
            ("of a reader", &|| leave(lock.read())),
            ("of a writer", &|| leave(lock.write())),
            ("upgradable", &|| leave(lock.upgradable_read())),
            ("upgraded", &|| {
                leave(UpgradableGuard::upgrade(lock.upgradable_read()))
            }),
            ("no longer upgradable", &|| {
                leave(UpgradableGuard::downgrade(lock.upgradable_read()))
            }),
            ("downgraded", &|| leave(WriteGuard::downgrade(lock.write()))),
            ("downgraded to upgradable", &|| {
                leave(WriteGuard::downgrade_to_upgradable(lock.write()))
            }),
        ];
        for (guard, way) in ways {
            assert_eq!(panic_of(way), Some(Panic("out")), "it leaves by a panic");
            assert_eq!(
                welcome(&lock),
                EVERYBODY,
                "a panic has dropped a guard ({guard}). Left: who may enter; right: who should"
            );
        }
    });
}

/// In a destructor during a panic, guards are made, become others and let go as anywhere else, and outlive the panic.
#[test]
fn a_destructor_may_use_guards_during_a_panic() {
    finishes("guards that a destructor uses, during a panic,", || {
        let (lock, kept) = (RwLock::new(0), RwLock::new(0));
        let all_ways = |lock: &RwLock<i32>| {
            let mut guard = UpgradableGuard::upgrade(lock.upgradable_read());
            *guard += 1;
            let guard = WriteGuard::downgrade_to_upgradable(guard);
            let Ok(guard) = UpgradableGuard::try_upgrade(guard) else {
                return;
            };
            drop(WriteGuard::downgrade(guard));
            drop(UpgradableGuard::downgrade(lock.upgradable_read()));
        };
        all_ways(&lock); // what is not written yet should say so here, and not while we unwind
        let mut before = Some(UpgradableGuard::downgrade(lock.upgradable_read()));
        let mut outlives = None;
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                before = None;
                all_ways(&lock);
                outlives = Some(kept.upgradable_read());
            });
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_eq!(
            welcome(&lock),
            EVERYBODY,
            "guards were made and dropped during a panic. Left: who may enter; right: who should"
        );
        assert_eq!(
            welcome(&kept),
            PLAIN_READERS,
            "an upgradable guard was made during a panic, and is alive. Left: who may enter; right: who should"
        );
        let outlives = outlives.expect("it was made");
        *UpgradableGuard::upgrade(outlives) += 1;
        assert_eq!(
            welcome(&kept),
            EVERYBODY,
            "it was upgraded after the panic, and dropped"
        );
        assert_eq!((*lock.read(), *kept.read()), (2, 1));
    });
}

/// The value is the lock's: it is dropped with the lock, or comes out of it, once, whatever the guards have been.
#[test]
fn the_value_is_dropped_once() {
    finishes("guards that become others", || {
        let lock = RwLock::new(Item(1));
        let mut guard = UpgradableGuard::upgrade(lock.upgradable_read());
        *guard = Item(2);
        assert_eq!(dropped(), [1], "one value took the other one's place");
        drop(WriteGuard::downgrade_to_upgradable(guard));
        drop(WriteGuard::downgrade(lock.write()));
        assert_eq!(dropped(), [], "a guard was dropped, and with it the value");
        drop(lock.into_inner());
        drop(RwLock::new(Item(3)));
        assert_eq!(
            dropped(),
            [2, 3],
            "each value is dropped once, whoever has it last"
        );
    });
}

/// Overflow: a count that runs into its neighbours would let a writer in beside readers.
#[test]
fn the_count_of_readers_never_overflows() {
    finishes("forgetting many guards", || {
        let lock = RwLock::new(7);
        for _ in 0..MAX_READERS {
            mem::forget(UpgradableGuard::downgrade(lock.upgradable_read()));
        }
        let one_more = catch_unwind(AssertUnwindSafe(|| mem::forget(lock.upgradable_read())));
        assert!(
            one_more.is_err(),
            "{MAX_READERS} readers were forgotten, and one more is let in (the panic that was asked for is part of the test)"
        );
        assert!(
            lock.try_write().is_none(),
            "a writer is let in beside {MAX_READERS} readers: the count has overflowed"
        );
    });
}

/// Several read at once, so `Sync`; one writes and may move the value away, so `Send`. A guard stays where it was made.
#[test]
fn only_what_may_be_shared_and_sent_is_shared() {
    assert!(
        impls!(RwLock<u32>: Sync) && !impls!(RwLock<Cell<u32>>: Sync),
        "a `Cell` is not `Sync`: two readers on two threads would set it at once"
    );
    assert!(
        !impls!(RwLock<MutexGuard<'static, u32>>: Sync) && !impls!(RwLock<Rc<u32>>: Sync),
        "a guard of a mutex is not `Send`: a writer on another thread could take it out and drop it there"
    );
    assert!(
        !impls!(ReadGuard<'static, u32>: Send)
            && !impls!(UpgradableGuard<'static, u32>: Send)
            && !impls!(WriteGuard<'static, u32>: Send),
        "a guard could be moved to another thread and let go there: keep it from being `Send`"
    );
    assert!(
        impls!(RwLock<Cell<u32>>: Send)
            && !impls!(RwLock<Rc<u32>>: Send)
            && !impls!(RwLock<MutexGuard<'static, u32>>: Send),
        "whoever moves a lock moves what is in it: what must stay on its thread keeps its lock there"
    );
    assert!(
        impls!(UpgradableGuard<'static, u32>: Sync)
            && !impls!(ReadGuard<'static, Cell<u32>>: Sync)
            && !impls!(UpgradableGuard<'static, Cell<u32>>: Sync)
            && !impls!(WriteGuard<'static, Cell<u32>>: Sync),
        "sharing a guard shares the value: it is `Sync` exactly where the value is"
    );
}
