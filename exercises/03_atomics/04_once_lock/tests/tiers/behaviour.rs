//! What one thread can see. A call that should not wait, and does, fails after a few seconds.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind};
use std::ptr;
use std::rc::Rc;
use std::sync::{Arc, MutexGuard};

use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::panics::{DuringAPanic, Panic, caught, panic_of, panic_with};
use lanes::stress::finishes;
use once_lock::OnceLock;

/// What hangs if a test does.
const NOTHING_TO_WAIT_FOR: &str = "`get`, `get_or_init` or `set`, while nobody makes the value,";

/// Nothing is there before somebody asks for it.
#[test]
fn is_empty_until_somebody_needs_it() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let lock = OnceLock::<String>::new();
        assert_eq!(lock.get(), None);
        assert_eq!(lock.get_or_init(|| String::from("made")), "made");
        assert_eq!(lock.get().map(String::as_str), Some("made"));
    });
}

/// Once: the second `init` is not called, and everybody is lent the same value.
#[test]
fn only_the_first_init_runs() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let lock = OnceLock::new();
        let first = lock.get_or_init(|| 7);
        let second = lock.get_or_init(|| panic!("there is a value: nobody should make another"));
        assert!(ptr::eq(first, second), "one value, at one place");
    });
}

/// A panic in `init` is a try that failed. The next caller may do better.
#[test]
fn after_a_panic_the_next_one_tries() {
    finishes(NOTHING_TO_WAIT_FOR, || {
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

/// After a panic the lock is empty, for `set` as well; and whoever called hears of the panic as it was.
#[test]
fn after_a_panic_somebody_may_set_it() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let lock = OnceLock::<u32>::new();
        for _ in 0..2 {
            let out = catch_unwind(AssertUnwindSafe(|| {
                *lock.get_or_init(|| resume_unwind(Box::new("a text of the program")))
            }));
            assert_eq!(
                out.expect_err("`init` panics").downcast_ref(),
                Some(&"a text of the program"),
                "another payload than that of `init`: let its panic go on as it is"
            );
        }
        let set = catch_unwind(AssertUnwindSafe(|| lock.set(7)));
        assert_eq!(
            set.ok(),
            Some(Ok(())),
            "`init` panicked, so the lock is empty: `set` should set it"
        );
        assert_eq!(lock.get(), Some(&7));
    });
}

/// In a destructor during a panic, an `init` that returns has made the value: the panic is somebody else's.
#[test]
fn a_destructor_may_make_the_value_during_a_panic() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let warm = OnceLock::new();
        let _ = (warm.get(), warm.set(1), warm.get_or_init(|| 2)); // what is not written yet should say so here
        let (made, set) = (OnceLock::new(), OnceLock::new());
        let mut seen = None;
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                made.get_or_init(|| 7);
                let _ = set.set(8);
                seen = made.get().copied();
            });
            panic_with("the scope");
        });
        assert_eq!(panic, Some(Panic("the scope")));
        assert_eq!(
            (seen, made.get(), set.get()),
            (Some(7), Some(&7), Some(&8)),
            "`init` and `set` returned, in a destructor during a panic: the values are made, during it and after it"
        );
        assert_eq!(*made.get_or_init(|| 9), 7, "once is once");
    });
}

/// Nothing is left: an `init` that is not needed is dropped, with what it holds, and so is each value, once.
#[test]
fn everything_is_dropped_once() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let lock = OnceLock::new();
        lock.get_or_init(|| Item(1));
        let unneeded = Item(2);
        lock.get_or_init(move || unneeded);
        assert_eq!(
            dropped(),
            [2],
            "a second `init` is not called: it is dropped, with what it holds"
        );
        let refused = lock.set(Item(3));
        assert_eq!(
            dropped(),
            [],
            "the caller has it back, and something has dropped it already"
        );
        drop(refused);
        drop(lock);
        assert_eq!(
            dropped(),
            [3, 1],
            "what was refused, and then what was in the lock: each once"
        );
        drop(OnceLock::<Item>::new());
        let panic = panic_of(|| {
            let lock = OnceLock::new();
            let _ = lock.set(Item(4));
            let other = OnceLock::<Item>::new();
            let _ = panic_of(|| {
                let held = Item(5);
                other.get_or_init(|| {
                    let _made = held;
                    panic_with("`init`")
                });
            });
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_eq!(
            dropped(),
            [5, 4],
            "what a panic in `init` left, and a lock that a panic dropped: each once"
        );
    });
}

/// Reentrancy: an `init` may need another lock, and make that value first.
#[test]
fn an_init_may_need_another_lock() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (outer, inner) = (OnceLock::new(), OnceLock::new());
        assert_eq!(*outer.get_or_init(|| inner.get_or_init(|| 7) + 1), 8);
        assert_eq!(inner.get(), Some(&7));
    });
}

/// A panic in a second `init`, which is not called, cannot take anything away.
#[test]
fn what_is_there_stays_there() {
    finishes(NOTHING_TO_WAIT_FOR, || {
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
    finishes(NOTHING_TO_WAIT_FOR, || {
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
    finishes(NOTHING_TO_WAIT_FOR, || {
        let lock = OnceLock::new();
        assert_eq!(lock.set("first"), Ok(()));
        assert_eq!(lock.set("second"), Err("second"), "there is one already");
        assert_eq!(lock.get(), Some(&"first"));
    });
}

/// Dropped once, with the lock.
#[test]
fn the_value_is_dropped_with_the_lock() {
    finishes(NOTHING_TO_WAIT_FOR, || {
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
    assert!(
        impls!(OnceLock<u32>: UnwindSafe & RefUnwindSafe),
        "a panic in `init` leaves the lock empty, so it may be used after `catch_unwind`"
    );
}
