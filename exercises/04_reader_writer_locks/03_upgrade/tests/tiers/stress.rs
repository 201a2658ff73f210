//! Real threads and many rounds. What the models prove for two threads, this tries with more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// An upgrade waits for the readers as long as it takes: it does not lose its patience, and does not write beside one.
#[test]
fn an_upgrade_waits_for_a_reader_that_takes_its_time() {
    let shared = Arc::new((RwLock::new(0), AtomicBool::new(false)));
    let reader = shared.0.read();
    let waiting = std::thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            let _writes = UpgradableGuard::upgrade(shared.0.upgradable_read());
            shared.1.load(Ordering::Relaxed)
        }
    });
    // Nothing depends on how long this is; one that gives up has time to do so.
    std::thread::sleep(std::time::Duration::from_millis(300));
    shared.1.store(true, Ordering::Relaxed);
    drop(reader);
    let done = stress::finishes("an `upgrade` whose last reader has gone", move || {
        waiting.join()
    });
    assert!(
        done.expect("an upgrade returns a guard, however long it has to wait"),
        "the upgrade lost its patience, and there was a writer beside a reader"
    );
}
