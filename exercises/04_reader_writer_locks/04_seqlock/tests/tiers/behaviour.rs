//! What one thread can see. A call that waits where nothing is to be waited for fails after a few seconds.

use std::mem;

use impls::impls;
use lanes::panics::{Panic, panic_of, panic_with};
use lanes::stress::finishes;
use seqlock::{SeqLock, WriteGuard};

/// Written through one guard, read by everybody, and by the next guard.
#[test]
fn what_is_written_is_read() {
    finishes("a `read` or a `write` of a free lock", || {
        let lock = SeqLock::new([1, 2, 3]);
        assert_eq!(
            lock.read(),
            [1, 2, 3],
            "what the lock was made with is read"
        );
        for n in 2..=4 {
            let mut words = lock.write();
            assert_eq!(*words, lock.read(), "a change begins with what is there");
            for word in words.iter_mut() {
                *word *= n;
            }
            drop(words);
            assert_eq!(
                lock.try_read(),
                Some(lock.read()),
                "no writer is at it: the first attempt should do"
            );
        }
        assert_eq!(lock.read(), [24, 48, 72]);
    });
}

/// Any number of words, and each in its place.
#[test]
fn every_word_is_in_its_place() {
    finishes("a `read` or a `write` of a free lock", || {
        let many = SeqLock::new([0; 9]);
        let changed = [9, 8, 7, 6, 5, 4, 3, 2, u64::MAX];
        *many.write() = changed;
        assert_eq!(many.read(), changed);
        let one = SeqLock::new([7]);
        one.write()[0] = 8;
        assert_eq!(one.read(), [8]);
    });
}

/// A reader has nothing to do with a change that is not made yet.
#[test]
fn readers_do_not_wait_for_a_guard() {
    finishes("a `read` while a write guard is alive", || {
        let lock = SeqLock::new([1, 1]);
        let mut words = lock.write();
        words[0] = 2;
        assert_eq!(
            lock.try_read(),
            Some([1, 1]),
            "a change is being made, on a copy: readers see what was there before, at once"
        );
        assert_eq!(lock.read(), [1, 1]);
        words[1] = 2;
        drop(words);
        assert_eq!(
            lock.read(),
            [2, 2],
            "the guard is gone, and the change with it: what does its drop publish?"
        );
    });
}

/// Forgetting a guard is safe. Its change is never published; readers do not mind.
#[test]
fn a_forgotten_guard_is_in_no_readers_way() {
    finishes("a `read` after a forgotten guard", || {
        let lock = SeqLock::new([1, 1]);
        let mut words = lock.write();
        words[0] = 2;
        mem::forget(words);
        assert_eq!(lock.read(), [1, 1], "a half-made change is read");
    });
}

/// A panic in the middle of a change: nobody sees half of it, and the next writer gets in.
#[test]
fn a_panic_publishes_nothing() {
    finishes("a `read` or a `write` after a panic in a writer", || {
        let lock = SeqLock::new([1, 1]);
        let panic = panic_of(|| {
            let mut words = lock.write();
            words[0] = 2;
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")), "the closure leaves by a panic");
        assert_eq!(
            lock.read(),
            [1, 1],
            "a panic interrupted the change, and half of it is read"
        );
        *lock.write() = [3, 3];
        assert_eq!(
            lock.read(),
            [3, 3],
            "the next writer is not to suffer from it"
        );
    });
}

/// A change that is begun and ended while something else unwinds is whole.
#[test]
fn a_change_made_during_a_panic_is_published() {
    struct CountsOnDrop<'a>(&'a SeqLock<1>);
    impl Drop for CountsOnDrop<'_> {
        fn drop(&mut self) {
            self.0.write()[0] += 1;
        }
    }

    finishes("a `write` in a destructor, during a panic,", || {
        let lock = SeqLock::new([0]);
        lock.write()[0] = 1; // a lock that cannot even be written is another test's concern
        let panic = panic_of(|| {
            let _counts = CountsOnDrop(&lock);
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_eq!(
            lock.read(),
            [2],
            "the panic began before this guard, and did not interrupt its change: it should be published"
        );
    });
}

/// The number goes on and on, and every reader keeps up.
#[test]
fn thousands_of_writes_are_read() {
    finishes("a `read` after a `write`", || {
        let lock = SeqLock::new([0, 0]);
        for n in 1..=5_000 {
            *lock.write() = [n, n];
            assert_eq!(lock.read(), [n, n]);
        }
    });
}

/// The guard of the mutex stays on its thread, and so does what contains it. The lock itself is made to be shared.
#[test]
fn a_guard_stays_on_its_thread() {
    assert!(
        !impls!(WriteGuard<'static, 1>: Send),
        "a guard could be moved to another thread, and unlock the mutex there"
    );
    assert!(
        impls!(SeqLock<1>: Send & Sync) && impls!(WriteGuard<'static, 1>: Sync),
        "a sequence lock is made to be shared"
    );
}
