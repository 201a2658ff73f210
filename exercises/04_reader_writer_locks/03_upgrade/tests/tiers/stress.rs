//! Real threads and many rounds. What the models prove for two threads, this tries with more.

use std::sync::Arc;

use lanes::stress;
use upgrade::{RwLock, UpgradableGuard, WriteGuard};

const THREADS: usize = 4;
const ROUNDS: usize = 500;

/// Two numbers that are equal whenever nobody writes.
struct Pair {
    left: usize,
    right: usize,
}

impl Pair {
    #[track_caller]
    fn seen(&self) -> usize {
        assert_eq!(
            self.left, self.right,
            "somebody reads in the middle of a write"
        );
        self.left
    }

    fn add_one(&mut self) {
        self.left += 1;
        self.right += 1;
    }
}

/// Every kind of guard and every way from one to another, all at once: no addition is lost, and no look is outdated.
#[test]
fn four_threads_go_up_and_down() {
    let lock = Arc::new(RwLock::new(Pair { left: 0, right: 0 }));
    stress::together(THREADS, ROUNDS, {
        let lock = Arc::clone(&lock);
        move |thread, round| match (thread + round) % 4 {
            // Reads.
            0 => {
                lock.read().seen();
            }
            // Looks, and writes.
            1 => {
                let guard = lock.upgradable_read();
                let seen = guard.seen();
                let mut guard = UpgradableGuard::upgrade(guard);
                assert_eq!(
                    guard.seen(),
                    seen,
                    "somebody has written between the look and the upgrade"
                );
                guard.add_one();
            }
            // Writes, and looks.
            2 => {
                let mut guard = lock.write();
                guard.add_one();
                let written = guard.seen();
                let guard = WriteGuard::downgrade(guard);
                assert_eq!(
                    guard.seen(),
                    written,
                    "somebody has written during the downgrade"
                );
            }
            // Writes, looks, and tries to write again, but only if nobody minds.
            _ => {
                let mut guard = lock.write();
                guard.add_one();
                let written = guard.seen();
                let guard = WriteGuard::downgrade_to_upgradable(guard);
                match UpgradableGuard::try_upgrade(guard) {
                    Ok(guard) => assert_eq!(guard.seen(), written, "somebody else has written"),
                    Err(guard) => {
                        let guard = UpgradableGuard::downgrade(guard);
                        assert_eq!(guard.seen(), written, "somebody else has written");
                    }
                }
            }
        }
    });
    assert_eq!(
        lock.read().seen(),
        THREADS * ROUNDS / 4 * 3,
        "left: additions that are left; right: additions that were made"
    );
}

/// Whoever waits, waits as long as it takes: nobody loses their patience, and nobody goes in beside a writer.
#[test]
fn waits_for_a_writer_that_takes_its_time() {
    let lock = Arc::new(RwLock::new(false));
    let mut writer = lock.write();
    let reading = std::thread::spawn({
        let lock = Arc::clone(&lock);
        move || *lock.read()
    });
    let writing = std::thread::spawn({
        let lock = Arc::clone(&lock);
        move || *lock.write()
    });
    // Nothing depends on how long this is; a waiter that gives up has time to do so.
    std::thread::sleep(std::time::Duration::from_millis(300));
    *writer = true;
    drop(writer);
    for waiting in [reading, writing] {
        let done = stress::finishes("a `read` or `write` of a free lock", move || waiting.join());
        assert!(
            done.expect("whoever waits gets a guard, however long it takes"),
            "somebody lost their patience, and went in beside a writer"
        );
    }
}
