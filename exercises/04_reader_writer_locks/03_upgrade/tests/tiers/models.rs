//! Every schedule of a small world, explored by `lanes`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::sync::atomic::weak_exchanges_fail;
use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/upgrade.rs"));
}
use source::{RwLock, UpgradableGuard, WriteGuard};

/// Runs `mine` here and `theirs` on a thread beside it, each with the same lock, and returns what the lock holds then.
fn beside(
    mine: impl FnOnce(&RwLock<u32>),
    theirs: impl FnOnce(&RwLock<u32>) + Send + 'static,
) -> u32 {
    let lock = Arc::new(RwLock::new(0));
    let other = thread::spawn({
        let lock = Arc::clone(&lock);
        move || theirs(&lock)
    });
    mine(&lock);
    other.join().unwrap();
    *lock.read()
}

/// Looks, upgrades, and adds one to what it has seen.
fn look_then_add(lock: &RwLock<u32>) {
    let guard = lock.upgradable_read();
    let seen = *guard;
    let mut guard = UpgradableGuard::upgrade(guard);
    assert_eq!(
        *guard, seen,
        "somebody has written between the look and the upgrade"
    );
    *guard += 1;
}

/// last read → upgrade: a writer writes when the readers are done, and not before.
#[test]
fn an_upgrade_waits_for_the_readers() {
    lanes::model(|| {
        let total = beside(look_then_add, |lock| {
            let seen = *lock.read();
            assert!(seen <= 1);
        });
        assert_eq!(total, 1);
    });
}

/// All of them, and not only the first that leaves.
#[test]
fn an_upgrade_waits_for_the_last_reader() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(0));
        let (first, last) = (lock.read(), lock.read());
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || look_then_add(&lock)
        });
        drop(first);
        assert_eq!(*last, 0, "a writer beside a reader");
        drop(last);
        other.join().unwrap();
        assert_eq!(*lock.read(), 1);
    });
}

/// look → upgrade → write: no writer comes in between, so what was seen still holds.
#[test]
fn nobody_writes_between_the_look_and_the_upgrade() {
    lanes::model(|| {
        let total = beside(look_then_add, |lock| *lock.write() += 1);
        assert_eq!(total, 2, "an addition is lost: two were writing at once");
    });
}

/// Two who both look and then upgrade: one after the other, and neither waits for ever.
#[test]
fn two_that_upgrade_both_get_through() {
    lanes::model(|| {
        let total = beside(look_then_add, look_then_add);
        assert_eq!(total, 2, "an addition is lost: two were writing at once");
    });
}

/// Whoever comes while an upgrade waits, waits behind it. A stream of readers would starve it otherwise.
#[test]
fn newcomers_wait_behind_an_upgrade() {
    static REFUSED: AtomicBool = AtomicBool::new(false);
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(0));
        let reader = lock.read();
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || drop(UpgradableGuard::upgrade(lock.upgradable_read()))
        });
        if lock.try_read().is_none() {
            REFUSED.store(true, Relaxed);
        }
        drop(reader);
        other.join().unwrap();
    });
    assert!(
        REFUSED.load(Relaxed),
        "in no schedule is a new reader kept out while an upgrade waits: a stream of readers would starve it"
    );
}

/// last read → try_upgrade: the same edge, for one who does not wait.
#[test]
fn an_upgrade_that_is_tried_sees_that_readers_are_done() {
    lanes::model(|| {
        let total = beside(
            |lock| {
                let guard = lock.upgradable_read();
                match UpgradableGuard::try_upgrade(guard) {
                    Ok(mut guard) => *guard += 1,
                    Err(guard) => *UpgradableGuard::upgrade(guard) += 1,
                }
            },
            |lock| {
                let seen = *lock.read();
                assert!(seen <= 1);
            },
        );
        assert_eq!(total, 1);
    });
}

/// Only a reader is a reason to refuse.
#[test]
fn an_upgrade_of_the_only_reader_is_never_refused() {
    lanes::model(|| {
        beside(
            |lock| {
                let guard = UpgradableGuard::try_upgrade(lock.upgradable_read());
                assert!(
                    guard.is_ok(),
                    "refused, though nobody else reads: can your compare-exchange fail for no reason?"
                );
            },
            |lock| drop(lock.try_write()),
        );
    });
}

/// A refusal takes nothing away: from the first moment to the last the right belongs to the same guard.
#[test]
fn nobody_takes_the_right_from_a_refused_upgrade() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(0));
        let _reader = lock.read();
        let guard = lock.upgradable_read();
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || lock.try_upgradable_read().map(std::mem::forget).is_some()
        });
        let refused = UpgradableGuard::try_upgrade(guard);
        let taken = other.join().unwrap();
        assert!(!taken, "a second upgradable guard while the first is alive");
        assert!(refused.is_err(), "a writer beside a reader");
    });
}

/// last read of an upgradable reader → next write: it only reads, and yet it has to say when it is done.
#[test]
fn an_upgradable_reader_is_done_before_the_next_write() {
    lanes::model(|| {
        let total = beside(
            |lock| {
                let seen = *lock.upgradable_read();
                assert!(seen <= 1);
            },
            |lock| *lock.write() += 1,
        );
        assert_eq!(total, 1);
    });
}

/// write → downgrade → read: what a writer sees after its downgrade is what it has written.
#[test]
fn nobody_writes_during_a_downgrade() {
    lanes::model(|| {
        let total = beside(
            |lock| {
                let mut guard = lock.write();
                *guard += 1;
                let written = *guard;
                let guard = WriteGuard::downgrade(guard);
                assert_eq!(
                    *guard, written,
                    "somebody has written between the write and the read: a downgrade has no gap"
                );
            },
            |lock| *lock.write() += 1,
        );
        assert_eq!(total, 2, "an addition is lost: two were writing at once");
    });
}

/// write → downgrade → another's read: readers are let in beside the downgraded writer, and see what it wrote.
#[test]
fn a_downgrade_lets_readers_in_who_see_what_was_written() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(0));
        let mut guard = lock.write();
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || assert_eq!(*lock.read(), 1, "it got in before the writer was done")
        });
        *guard = 1;
        let _stays = WriteGuard::downgrade(guard);
        other.join().unwrap();
    });
}

/// The same, if the right to upgrade is kept. It still waits for the readers that it has let in.
#[test]
fn a_downgrade_that_keeps_the_right_lets_readers_in() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(0));
        let mut guard = lock.write();
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || assert_ne!(*lock.read(), 0, "it got in before the writer was done")
        });
        *guard = 1;
        let guard = WriteGuard::downgrade_to_upgradable(guard);
        let mut guard = UpgradableGuard::upgrade(guard);
        assert_eq!(*guard, 1, "somebody has written in between");
        *guard = 2;
        let _stays = WriteGuard::downgrade_to_upgradable(guard);
        other.join().unwrap();
    });
}

/// No writer comes between a downgrade and the upgrade after it.
#[test]
fn nobody_writes_while_the_right_to_upgrade_is_kept() {
    lanes::model(|| {
        let total = beside(
            |lock| {
                let mut guard = lock.write();
                *guard += 1;
                let written = *guard;
                let guard = WriteGuard::downgrade_to_upgradable(guard);
                assert_eq!(
                    *guard, written,
                    "somebody has written between the write and the read: a downgrade has no gap"
                );
                *UpgradableGuard::upgrade(guard) += 1;
            },
            |lock| *lock.write() += 1,
        );
        assert_eq!(total, 3, "an addition is lost: two were writing at once");
    });
}

/// Who gave up the right to upgrade reads on, and whoever takes it waits for that.
#[test]
fn the_next_to_upgrade_waits_for_the_last() {
    lanes::model(|| {
        let total = beside(
            |lock| {
                let guard = UpgradableGuard::downgrade(lock.upgradable_read());
                assert!(*guard <= 1);
            },
            look_then_add,
        );
        assert_eq!(total, 1);
    });
}

/// written → seen under the right to upgrade → right passed on → seen again: whoever takes it sees what was seen before.
#[test]
fn what_was_written_is_passed_on_with_the_right() {
    lanes::model(|| {
        let total = beside(
            |lock| {
                let mut guard = lock.write();
                *guard += 1;
                let guard = WriteGuard::downgrade_to_upgradable(guard);
                let _reads = UpgradableGuard::downgrade(guard);
            },
            look_then_add,
        );
        assert_eq!(total, 2, "an addition is lost: two were writing at once");
    });
}

/// Runs `way` with an upgradable guard, while a reader comes and goes beside it: in the end nobody is counted. And while a
/// reader comes and stays, that one is.
fn beside_readers(way: fn(UpgradableGuard<'_, u32>)) {
    for stays in [false, true] {
        lanes::model(move || {
            let lock = Arc::new(RwLock::new(0));
            let guard = lock.upgradable_read();
            let reader = thread::spawn({
                let lock = Arc::clone(&lock);
                move || {
                    let reads = lock.read();
                    if stays {
                        std::mem::forget(reads);
                    }
                }
            });
            way(guard);
            reader.join().unwrap();
            assert_eq!(
                lock.try_write().is_some(),
                !stays,
                "{}",
                if stays {
                    "a writer is let in beside a reader: was the reader lost when the upgradable guard went?"
                } else {
                    "everybody has gone, and a writer is refused: was the drop of a reader lost when the upgradable guard went?"
                }
            );
        });
    }
}

/// Readers come and go beside an upgradable guard that is dropped: each counts for itself.
#[test]
fn no_reader_is_lost_when_an_upgradable_guard_goes() {
    beside_readers(|guard| drop(guard));
}

/// The same beside one that gives up its right.
#[test]
fn no_reader_is_lost_when_an_upgradable_guard_becomes_a_plain_one() {
    beside_readers(|guard| drop(UpgradableGuard::downgrade(guard)));
}

/// The same beside one that tries to upgrade, whether it is refused or not.
#[test]
fn no_reader_is_lost_when_an_upgrade_is_tried() {
    beside_readers(|guard| drop(UpgradableGuard::try_upgrade(guard).map(WriteGuard::downgrade)));
}

/// A refused upgrade is in nobody's way: a reader that comes meanwhile is let in.
#[test]
fn a_refused_upgrade_keeps_no_reader_out() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(0));
        let reader = lock.read();
        let guard = lock.upgradable_read();
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || lock.try_read().is_some()
        });
        let refused = UpgradableGuard::try_upgrade(guard);
        assert!(refused.is_err(), "a writer beside a reader");
        assert!(
            other.join().unwrap(),
            "a `try_read` is refused, and nobody writes: does a refused `try_upgrade` shut the door for a moment?"
        );
        drop(reader);
    });
}

/// A writer that keeps the right to upgrade has it from the first moment: nobody takes it in between.
#[test]
fn nobody_takes_the_right_during_a_downgrade() {
    lanes::model(|| {
        let lock = Arc::new(RwLock::new(0));
        let guard = lock.write();
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || lock.try_upgradable_read().map(std::mem::forget).is_some()
        });
        let _stays = WriteGuard::downgrade_to_upgradable(guard);
        assert!(
            !other.join().unwrap(),
            "a second upgradable guard while the first is alive: a downgrade has no gap"
        );
    });
}

/// A weak exchange may fail for no reason, and as often as it likes. Whoever uses one goes on, or it is the wrong one.
#[test]
fn no_number_of_failures_for_no_reason_is_a_refusal() {
    lanes::Model::new().allow_one_schedule().check(|| {
        let lock = RwLock::new(0);
        let guard = weak_exchanges_fail(10, || lock.try_upgradable_read());
        let guard = guard.expect("the lock is free, and `try_upgradable_read` is refused");
        let upgraded = weak_exchanges_fail(10, || UpgradableGuard::try_upgrade(guard));
        assert!(
            upgraded.is_ok(),
            "refused, though nobody else reads: can your compare-exchange fail for no reason, however often you try?"
        );
        drop(upgraded);
        let read = weak_exchanges_fail(10, || lock.try_read().is_some());
        assert!(read, "the lock is free, and `try_read` is refused");
        let written = weak_exchanges_fail(10, || lock.try_write().is_some());
        assert!(written, "the lock is free, and `try_write` is refused");
    });
}
