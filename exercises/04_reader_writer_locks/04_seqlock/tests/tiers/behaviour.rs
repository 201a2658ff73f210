//! What one thread can see. A call that waits where nothing is to be waited for fails after a few seconds.

use std::mem;

use impls::impls;
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
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

/// During a panic nobody can tell which panic drops a guard. So nothing is published, not even half a change that was begun in
/// a destructor and interrupted there by a second panic, which was caught; and the next writer gets in.
#[test]
fn nothing_is_published_while_the_thread_unwinds() {
    finishes("a `write` in a destructor, during a panic,", || {
        let lock = SeqLock::new([0, 0]);
        *lock.write() = [1, 1]; // a lock that cannot even be written is another test's concern
        let mut read = Vec::new();
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                let second = panic_of(|| {
                    let mut words = lock.write();
                    words[0] = 2;
                    panic_with("in the middle");
                });
                assert_eq!(second, Some(Panic("in the middle")));
                read.push(lock.read());
                *lock.write() = [3, 3];
                read.push(lock.read());
            });
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_eq!(
            read[0],
            [1, 1],
            "a second panic interrupted a change that was begun during a panic, and half of it is read"
        );
        assert_eq!(
            read[1],
            [1, 1],
            "a guard was dropped while the thread unwound: a change that nobody knows to be whole is not published"
        );
        *lock.write() = [4, 4];
        assert_eq!(
            lock.read(),
            [4, 4],
            "the next writer is not to suffer from it"
        );
    });
}

/// A guard that is made during a panic, and dropped when that is over, publishes: nothing has interrupted it.
#[test]
fn a_guard_that_outlives_a_panic_publishes() {
    finishes("a `read` after a guard that has outlived a panic", || {
        let lock = SeqLock::new([0]);
        lock.write()[0] = 1; // a lock that cannot even be written is another test's concern
        let mut outlives = None;
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| outlives = Some(lock.write()));
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        if let Some(mut words) = outlives.take() {
            words[0] += 1;
        }
        assert_eq!(
            lock.read(),
            [2],
            "the panic was over when the guard was dropped: its change should be published"
        );
    });
}

/// One word, or some: a change of any part is a change.
#[test]
fn a_change_of_one_word_is_published() {
    finishes("a `read` or a `write` of a free lock", || {
        let lock = SeqLock::new([0; 4]);
        let mut expected = [0; 4];
        for at in [2, 0, 3, 1, 3] {
            lock.write()[at] += 7;
            expected[at] += 7;
            assert_eq!(lock.read(), expected, "word {at} was changed, and no other");
            assert_eq!(lock.try_read(), Some(expected));
        }
        drop(lock.write());
        assert_eq!(lock.read(), expected, "nothing was changed");
        assert_eq!(
            SeqLock::new([]).read(),
            [0_u64; 0],
            "no words are words, too"
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
