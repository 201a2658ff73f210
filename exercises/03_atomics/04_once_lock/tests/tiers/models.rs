//! Every schedule of a small world, explored by `lanes`.
//!
//! None of them panics: the mutex of a model does not survive that. What a panic leaves behind is tested on real
//! threads, in the other two tiers.

use std::sync::Arc;

use crate::sync::atomic::{AtomicU32, Ordering};
use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/once_lock.rs"));
}
use source::OnceLock;

/// value written → ready → read: who sees that it is there sees all of it, and has taken no lock.
#[test]
fn a_reader_sees_the_whole_value() {
    lanes::model(|| {
        let lock = Arc::new(OnceLock::new());
        let maker = thread::spawn({
            let lock = Arc::clone(&lock);
            move || assert_eq!(lock.get_or_init(|| [7, 8]), &[7, 8])
        });
        if let Some(value) = lock.get() {
            assert_eq!(value, &[7, 8]);
        }
        maker.join().unwrap();
        assert_eq!(lock.get(), Some(&[7, 8]));
    });
}

/// Once: of two that come at the same time one makes the value; the other waits, and is lent the same.
#[test]
fn of_two_that_come_at_once_one_makes_it() {
    lanes::model(|| {
        let shared = Arc::new((OnceLock::new(), AtomicU32::new(0)));
        let get = |(lock, made): &(OnceLock<u32>, AtomicU32)| {
            *lock.get_or_init(|| made.fetch_add(1, Ordering::Relaxed) + 1)
        };
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || get(&shared)
        });
        let mine = get(&shared);
        let theirs = other.join().unwrap();
        let made = shared.1.load(Ordering::Relaxed);
        assert_eq!(
            made, 1,
            "`init` ran {made} times: what happened between the look and the lock?"
        );
        assert_eq!((mine, theirs), (1, 1), "both should be lent the one value");
    });
}

/// Of two that set at the same time one does; the other has its value back.
#[test]
fn of_two_that_set_at_once_one_does() {
    lanes::model(|| {
        let lock = Arc::new(OnceLock::new());
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || lock.set(8)
        });
        let mine = lock.set(7);
        let theirs = other.join().unwrap();
        match (mine, theirs) {
            (Ok(()), Err(8)) => assert_eq!(lock.get(), Some(&7)),
            (Err(7), Ok(())) => assert_eq!(lock.get(), Some(&8)),
            neither => panic!("one `set` should succeed, and one be refused: {neither:?}"),
        }
    });
}

/// `set` beside `get_or_init`: one of the two makes the value, and both see that one.
#[test]
fn a_set_and_an_init_agree() {
    lanes::model(|| {
        let lock = Arc::new(OnceLock::new());
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || *lock.get_or_init(|| [8, 8])
        });
        let mine = lock.set([7, 7]);
        let theirs = other.join().unwrap();
        match mine {
            Ok(()) => assert_eq!(
                (theirs, lock.get()),
                ([7, 7], Some(&[7, 7])),
                "`set` has set the value, and somebody else's `init` made another"
            ),
            Err(refused) => {
                assert_eq!(refused, [7, 7], "what comes back is what was to be set");
                assert_eq!((theirs, lock.get()), ([8, 8], Some(&[8, 8])));
            }
        }
    });
}

/// value written → ready → read, for a value that was set: who sees that it is there sees all of it.
#[test]
fn a_reader_sees_the_whole_value_that_was_set() {
    lanes::model(|| {
        let lock = Arc::new(OnceLock::new());
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || lock.set([7, 8])
        });
        if let Some(value) = lock.get() {
            assert_eq!(value, &[7, 8]);
        }
        assert_eq!(other.join().unwrap(), Ok(()), "nobody else has set it");
        assert_eq!(lock.get_or_init(|| [0, 0]), &[7, 8]);
    });
}

/// Whoever is refused finds the value that was faster: `set` waits until it is there, and does not say no for somebody who is
/// not done.
#[test]
fn who_is_refused_finds_a_value() {
    lanes::model(|| {
        let lock = Arc::new(OnceLock::new());
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || {
                lock.get_or_init(|| 8);
            }
        });
        if lock.set(7).is_err() {
            assert_eq!(
                lock.get(),
                Some(&8),
                "refused, and there is no value: `set` waits while another thread makes one"
            );
        }
        other.join().unwrap();
    });
}
