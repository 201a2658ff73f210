//! What one thread can see. A call that should not wait, and does, fails after a few seconds.

use std::cell::Cell;
use std::panic::catch_unwind;
use std::ptr;
use std::rc::Rc;
use std::sync::{Arc, MutexGuard};

use impls::impls;
use lanes::panics::{Panic, caught, panic_with};
use lanes::stress::at_once;
use once_lock::OnceLock;

/// Nothing is there before somebody asks for it.
#[test]
fn is_empty_until_somebody_needs_it() {
    at_once(|| {
        let lock = OnceLock::<String>::new();
        assert_eq!(lock.get(), None);
        assert_eq!(lock.get_or_init(|| String::from("made")), "made");
        assert_eq!(lock.get().map(String::as_str), Some("made"));
    });
}

/// Once: the second `init` is not called, and everybody is lent the same value.
#[test]
fn only_the_first_init_runs() {
    at_once(|| {
        let lock = OnceLock::new();
        let first = lock.get_or_init(|| 7);
        let second = lock.get_or_init(|| panic!("there is a value: nobody should make another"));
        assert!(ptr::eq(first, second), "one value, at one place");
    });
}

/// A panic in `init` is a try that failed. The next caller may do better.
#[test]
fn after_a_panic_the_next_one_tries() {
    at_once(|| {
        let lock = OnceLock::new();
        let first = caught(|| *lock.get_or_init(|| panic_with("`init`")));
        assert_eq!(first, Err(Panic("`init`")));
        assert_eq!(
            lock.get(),
            None,
            "`init` panicked, so there is no value: who says that there is?"
        );
        let next = catch_unwind(|| *lock.get_or_init(|| 7));
        assert_eq!(
            next.ok(),
            Some(7),
            "the first `init` panicked, and so does every `get_or_init` after it"
        );
    });
}

/// A panic in a second `init`, which is not called, cannot take anything away.
#[test]
fn what_is_there_stays_there() {
    at_once(|| {
        let lock = OnceLock::new();
        lock.get_or_init(|| 7);
        assert_eq!(lock.set(8), Err(8));
        assert_eq!(
            caught(|| *lock.get_or_init(|| panic_with("`init`"))),
            Ok(7),
            "there was a value"
        );
        assert_eq!(
            lock.get(),
            Some(&7),
            "whoever was lent the 7 may still look at it"
        );
    });
}

/// Readers never wait, not even for somebody who is making the value.
#[test]
fn get_does_not_wait_while_the_value_is_made() {
    at_once(|| {
        let lock = OnceLock::new();
        lock.get_or_init(|| {
            assert_eq!(lock.get(), None, "it is just being made");
            7
        });
        assert_eq!(lock.get(), Some(&7));
    });
}

/// `set` is for who has the value already; it comes back if it is not needed.
#[test]
fn set_gives_back_what_is_not_needed() {
    at_once(|| {
        let lock = OnceLock::new();
        assert_eq!(lock.set("first"), Ok(()));
        assert_eq!(lock.set("second"), Err("second"), "there is one already");
        assert_eq!(lock.get(), Some(&"first"));
    });
}

/// Dropped once, with the lock.
#[test]
fn the_value_is_dropped_with_the_lock() {
    at_once(|| {
        let value = Arc::new(());
        let lock = OnceLock::new();
        lock.get_or_init(|| Arc::clone(&value));
        assert_eq!(lock.set(Arc::clone(&value)).map_err(drop), Err(()));
        assert_eq!(
            Arc::strong_count(&value),
            2,
            "this one, and the one in the lock"
        );
        drop(lock);
        assert_eq!(
            Arc::strong_count(&value),
            1,
            "the lock is gone, and its value is not"
        );

        let mut lock = OnceLock::new();
        lock.set(1).expect("it is empty");
        *lock.get_mut().expect("it has been set") += 1;
        assert_eq!(lock.into_inner(), Some(2));
    });
}

/// An owner may take out what is there, and need not put anything in.
#[test]
fn an_empty_lock_has_nothing_to_take_out() {
    let mut lock = OnceLock::<u32>::new();
    assert_eq!(lock.get_mut(), None);
    assert_eq!(lock.into_inner(), None);
}

/// Several threads read it at once, and any of them may make or drop it.
#[test]
fn is_shared_only_if_the_value_may_be() {
    assert!(impls!(OnceLock<u32>: Send & Sync));
    assert!(
        !impls!(OnceLock<Cell<u32>>: Sync),
        "several threads are lent the value at once: a `Cell` would be written by two of them"
    );
    assert!(
        !impls!(OnceLock<MutexGuard<'static, u32>>: Sync),
        "a value made by one thread may be dropped by another: a `MutexGuard` must stay where it was made"
    );
    assert!(
        impls!(OnceLock<Cell<u32>>: Send) && !impls!(OnceLock<Rc<u32>>: Send | Sync),
        "moving the lock moves the value"
    );
}
