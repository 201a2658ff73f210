//! What one thread can see. A call that waits where nothing is to be waited for fails after a few seconds.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::MutexGuard;

use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::{apart, finishes};
use rw_lock::{MAX_READERS, ReadGuard, RwLock, WriteGuard};

/// What a guard of either kind lends is the value.
#[test]
fn guards_reach_the_value() {
    finishes("a `read` or `write` of a free lock", || {
        let lock = RwLock::new(String::from("many"));
        lock.write().push_str(" readers");
        assert_eq!(
            *lock.read(),
            "many readers",
            "what was written through one guard is read through the next"
        );
        assert_eq!(lock.into_inner(), "many readers");
    });
}

/// Readers are not in each other's way, however they come.
#[test]
fn readers_are_in_together() {
    finishes("a `read` while others read", || {
        let lock = RwLock::new(7);
        let first = lock.read();
        let second = lock.try_read();
        let third = lock.read();
        assert_eq!(
            second.as_deref(),
            Some(&7),
            "`try_read` is refused, and nobody writes"
        );
        assert_eq!(*first + *third, 14);
    });
}

/// Read guards keep a writer out: all of them, down to the last.
#[test]
fn the_last_reader_lets_the_writer_in() {
    finishes("a `read` while others read", || {
        let lock = RwLock::new(0);
        let mut readers = vec![lock.read(), lock.read(), lock.read()];
        while let Some(reader) = readers.pop() {
            assert!(
                lock.try_write().is_none(),
                "a writer is in, and so are {} readers",
                readers.len() + 1
            );
            drop(reader);
        }
        assert!(
            lock.try_write().is_some(),
            "all readers have gone, and a writer is refused: what does `Drop for ReadGuard` do?"
        );
    });
}

/// A writer keeps all others out, and lets them in when it goes.
#[test]
fn a_writer_is_alone() {
    finishes("a `read` or `write` of a free lock", || {
        let lock = RwLock::new(0);
        let writer = lock.write();
        assert!(
            lock.try_read().is_none(),
            "a reader is in while a writer is"
        );
        assert!(lock.try_write().is_none(), "two writers are in at once");
        drop(writer);
        assert!(
            lock.try_write().is_some(),
            "the writer has gone, and the next one is refused: what does `Drop for WriteGuard` do?"
        );
        assert!(
            lock.try_read().is_some(),
            "the writers have gone, and a reader is refused: what does `Drop for WriteGuard` do?"
        );
    });
}

/// A thread that is refused leaves the lock as it was, whether a reader or a writer holds it.
#[test]
fn a_refused_attempt_changes_nothing() {
    finishes("a `read` or `write` of a free lock", || {
        let lock = RwLock::new(0);
        let writer = lock.write();
        for _ in 0..2 {
            assert!(
                lock.try_read().is_none() && lock.try_write().is_none(),
                "a refused attempt has opened the lock: only the guard that holds it may do that"
            );
        }
        drop(writer);

        let readers = [lock.read(), lock.read()];
        for _ in 0..2 {
            assert!(
                lock.try_write().is_none(),
                "a refused `try_write` has opened the lock: only the guards that hold it may do that"
            );
        }
        assert!(
            lock.try_read().is_some(),
            "a refused `try_write` has shut out the readers"
        );
        drop(readers);
        assert!(
            lock.try_write().is_some(),
            "everybody has gone: whom does the lock still count?"
        );
    });
}

/// Guards come and go in any order: each takes back what it has counted, and nothing else.
#[test]
fn can_be_locked_again_and_again() {
    let total = finishes("one of six locks in a row", || {
        let lock = RwLock::new(0);
        for n in 1..=3 {
            *lock.write() += n;
            let first = lock.read();
            let second = lock.read();
            drop(first);
            assert!(lock.try_write().is_none(), "the second reader is still in");
            drop(second);
        }
        lock.into_inner()
    });
    assert_eq!(total, 6);
}

/// `?` leaves the function in the middle; guards do not mind.
#[test]
fn unlocks_on_an_early_return() {
    fn parse_into(lock: &RwLock<i32>, text: &str) -> Result<(), std::num::ParseIntError> {
        let parsed = {
            let old = lock.read();
            text.parse::<i32>()? + *old
        };
        let mut value = lock.write();
        *value = parsed + text.trim().parse::<i32>()?;
        Ok(())
    }

    finishes("a `read` or `write` of a free lock", || {
        let lock = RwLock::new(7);
        assert!(parse_into(&lock, "seven").is_err());
        assert!(
            lock.try_write().is_some(),
            "still locked after a return in the middle of the function"
        );
    });
}

/// A panic unwinds through a guard, and unwinding drops it. (In a process of its own, which a second panic would end.)
#[test]
fn unlocks_when_the_holder_panics() {
    apart(|| {
        finishes("a `read` or `write` of a free lock", || {
            let lock = RwLock::new(0);
            // A lock that cannot even be taken is another test's concern.
            drop(lock.read());
            drop(lock.write());
            let reader = panic_of(|| {
                let _guard = lock.read();
                panic_with("a reader");
            });
            assert_eq!(reader, Some(Panic("a reader")));
            assert!(
                lock.try_write().is_some(),
                "still locked after a reader panicked: every `write` would spin for ever"
            );
            let writer = panic_of(|| {
                let _guard = lock.write();
                panic_with("a writer");
            });
            assert_eq!(writer, Some(Panic("a writer")));
            assert!(
                lock.try_read().is_some(),
                "still locked after a writer panicked: everybody would spin for ever"
            );
        });
    });
}

/// In a destructor during a panic, guards of both kinds unlock as anywhere else: made there, made before, and outliving it.
#[test]
fn unlocks_whenever_it_was_locked() {
    finishes(
        "a `read` or `write` by a destructor, during a panic,",
        || {
            let locks = [0; 3].map(RwLock::new);
            let [inside, before, after] = &locks;
            for lock in &locks {
                drop((lock.read(), lock.try_read()));
                drop(lock.write()); // a lock that cannot even be taken is another test's concern
            }
            let other = RwLock::new(0);
            let mut made_before = Some((before.read(), before.read(), other.write()));
            let mut outlives = None;
            let panic = panic_of(|| {
                let _cleanup = DuringAPanic(|| {
                    *inside.write() += 1;
                    drop((inside.read(), inside.try_read()));
                    made_before = None;
                    outlives = Some(after.read());
                });
                panic_with("the scope");
            });
            assert_eq!(panic, Some(Panic("the scope")));
            assert!(
                inside.try_write().is_some(),
                "still locked by guards that were made and dropped during a panic"
            );
            assert!(
                before.try_write().is_some() && other.try_write().is_some(),
                "still locked by guards that a destructor dropped during a panic"
            );
            assert!(
                after.try_write().is_none(),
                "unlocked, and a guard is alive: it has outlived a panic"
            );
            drop(outlives);
            assert!(
                after.try_write().is_some(),
                "still locked by a guard that was made during a panic and dropped after it"
            );
        },
    );
}

/// The value is the lock's: it is dropped with the lock, or comes out of it, once.
#[test]
fn the_value_is_dropped_once() {
    finishes("a `read` or `write` of a free lock", || {
        let lock = RwLock::new(Item(1));
        drop((lock.read(), lock.read()));
        drop(lock.write());
        assert_eq!(dropped(), [], "a guard was dropped, and with it the value");
        *lock.write() = Item(2);
        assert_eq!(dropped(), [1], "one value took the other one's place");
        drop(lock.into_inner());
        let lock = RwLock::new(Item(3));
        std::mem::forget(lock.read());
        drop(lock);
        assert_eq!(
            dropped(),
            [2, 3],
            "each value is dropped once, whoever has it last"
        );
    });
}

/// Overflow: the count has an end, and a guard too many must not make it say *nobody is in*, or *a writer is*.
#[test]
fn a_reader_too_many_is_refused() {
    finishes("a `read` with as many readers as can be counted", || {
        let lock = RwLock::new(0);
        let mut readers: Vec<_> = (0..MAX_READERS)
            .map(|n| {
                lock.try_read().unwrap_or_else(|| {
                    panic!("refused with {n} readers in: there is room for {MAX_READERS}")
                })
            })
            .collect();
        assert!(
            lock.try_read().is_none(),
            "`try_read` lets in one reader more than can be counted: what does the state say now?"
        );
        let one_more = catch_unwind(AssertUnwindSafe(|| drop(lock.read())));
        let payload = one_more.expect_err(
            "`read` lets in one reader more than can be counted: what does the state say now?",
        );
        assert!(
            payload.is::<String>() || payload.is::<&str>(),
            "`read` should panic with a message"
        );
        for _ in 0..2 {
            assert!(
                lock.try_write().is_none(),
                "{MAX_READERS} readers are in, and a writer, too: what did the refused readers do to the state?"
            );
        }
        readers.pop();
        assert!(
            lock.try_read().is_some(),
            "a reader has gone, so there is room for one: what did the refused readers do to the state?"
        );
        drop(readers);
        assert!(
            lock.try_write().is_some(),
            "all readers have gone: what did the refused ones do to the state?"
        );
    });
}

/// The thread that locked is the one that unlocks: a guard is not `Send`. Sharing a guard shares the value.
#[test]
fn a_guard_stays_on_its_thread() {
    assert!(
        !impls!(ReadGuard<'static, u32>: Send) && !impls!(WriteGuard<'static, u32>: Send),
        "a guard could be moved to another thread and unlock there: keep it from being `Send`"
    );
    assert!(
        impls!(ReadGuard<'static, u32>: Sync) && impls!(WriteGuard<'static, u32>: Sync),
        "sharing a guard shares a `u32`, and there is nothing wrong with that"
    );
    assert!(
        !impls!(ReadGuard<'static, Cell<u32>>: Sync)
            && !impls!(WriteGuard<'static, Cell<u32>>: Sync),
        "sharing a guard shares the value: it is `Sync` exactly where the value is"
    );
}

/// Many readers share the value; a writer may take it out. So it has to be `Sync`, and `Send`.
#[test]
fn only_what_may_be_sent_and_shared_is_shared() {
    assert!(
        impls!(RwLock<u32>: Send & Sync),
        "a lock is made to be shared by threads"
    );
    assert!(
        !impls!(RwLock<Cell<u32>>: Sync),
        "a `Cell` is `Send`, which is enough for a mutex. Here two readers have it at once, and set it at once"
    );
    assert!(
        !impls!(RwLock<MutexGuard<'static, u32>>: Sync),
        "a mutex guard is `Sync`, but not `Send`: a writer could take it out and drop it on another thread"
    );
    assert!(
        !impls!(RwLock<Rc<u32>>: Sync),
        "an `Rc` is neither: two readers would clone it at once"
    );
    assert!(
        impls!(RwLock<Cell<u32>>: Send)
            && !impls!(RwLock<Rc<u32>>: Send)
            && !impls!(RwLock<MutexGuard<'static, u32>>: Send),
        "whoever moves a lock moves what is in it: what must stay on its thread keeps its lock there"
    );
}
