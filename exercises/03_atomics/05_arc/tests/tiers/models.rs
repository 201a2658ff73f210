//! Every schedule of a small world, explored by `lanes`.
//!
//! `source::Arc` is yours. Its value lies in an `UnsafeCell` of the facade: a model sees each use of the value as
//! a read, and its drop as a write, and asks what orders one before the other. The memory is watched as well.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use lanes::panics::{Panic, panic_of, panic_with};

use crate::sync::alloc::Track;
use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/arc.rs"));
}
use source::Arc;

/// A value that a model misses if nobody drops it, and that counts its drops.
///
/// The count is `std`'s, so it adds no step; and it is leaked, so a wrong `Arc` may well drop the value twice.
struct Watched {
    _track: Track<()>,
    drops: &'static AtomicU32,
}

impl Watched {
    #[track_caller]
    fn new() -> (Self, &'static AtomicU32) {
        let drops = Box::leak(Box::new(AtomicU32::new(0)));
        let value = Self {
            _track: Track::new(()),
            drops,
        };
        (value, drops)
    }

    /// Uses the value, as an owner may.
    #[track_caller]
    fn assert_alive(&self) {
        assert_eq!(
            self.drops.load(Relaxed),
            0,
            "an owner looks at its value, and it has been dropped"
        );
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.drops.fetch_add(1, Relaxed);
    }
}

/// drop of any owner → drop of the value: the last owner has heard from all others that they are done.
#[test]
fn every_use_happens_before_the_drop() {
    lanes::model(|| {
        let mine = Arc::new(7);
        let theirs = mine.clone();
        let other = thread::spawn(move || assert_eq!(*theirs, 7));
        assert_eq!(*mine, 7);
        drop(mine);
        other.join().unwrap();
    });
}

/// The last of three hears from the first, too, though it reads only what the second has written: a decrement passes
/// on what was released before it.
#[test]
fn the_last_hears_from_all_before() {
    lanes::model(|| {
        let mine = Arc::new(7);
        let others = [mine.clone(), mine.clone()].map(|theirs| {
            thread::spawn(move || {
                assert_eq!(*theirs, 7);
            })
        });
        drop(mine);
        for other in others {
            other.join().unwrap();
        }
    });
}

/// Of two owners that go at once, one is the last, and only one.
#[test]
fn the_value_is_dropped_exactly_once() {
    lanes::model(|| {
        let (value, drops) = Watched::new();
        let mine = Arc::new(value);
        let theirs = mine.clone();
        let other = thread::spawn(move || drop(theirs));
        drop(mine);
        other.join().unwrap();
        assert_eq!(
            drops.load(Relaxed),
            1,
            "left: how often the value was dropped"
        );
    });
}

/// A clone counts before the reference that it was made from goes.
#[test]
fn a_clone_keeps_the_value() {
    lanes::model(|| {
        let (value, drops) = Watched::new();
        let mine = Arc::new(value);
        let theirs = mine.clone();
        let other = thread::spawn(move || {
            let clone = theirs.clone();
            drop(theirs);
            clone.assert_alive();
        });
        drop(mine);
        other.join().unwrap();
        assert_eq!(
            drops.load(Relaxed),
            1,
            "left: how often the value was dropped"
        );
    });
}

/// upgrade against the last drop: either the upgrade is in time, and the value stays, or it comes too late.
#[test]
fn an_upgrade_is_in_time_or_none() {
    lanes::model(|| {
        let (value, drops) = Watched::new();
        let mine = Arc::new(value);
        let weak = Arc::downgrade(&mine);
        let other = thread::spawn(move || {
            if let Some(theirs) = weak.upgrade() {
                theirs.assert_alive();
            }
        });
        drop(mine);
        other.join().unwrap();
        assert_eq!(
            drops.load(Relaxed),
            1,
            "left: how often the value was dropped"
        );
    });
}

/// Two that upgrade at once are in each other's way, but neither is too late: there is an owner all the time.
#[test]
fn two_upgrades_of_a_live_value_both_succeed() {
    lanes::model(|| {
        let mine = Arc::new(7);
        let weak = Arc::downgrade(&mine);
        let other = thread::spawn({
            let weak = weak.clone();
            move || weak.upgrade().map(|owner| *owner)
        });
        let seen = weak.upgrade().map(|owner| *owner);
        let theirs = other.join().unwrap();
        assert_eq!(
            [seen, theirs],
            [Some(7), Some(7)],
            "the value is alive, and an upgrade says that it is gone"
        );
    });
}

/// Two that upgrade a dead value at once: neither sees the other for an owner.
#[test]
fn nobody_takes_a_failed_upgrade_for_an_owner() {
    lanes::model(|| {
        let mine = Arc::new(7);
        let weak = Arc::downgrade(&mine);
        drop(mine);
        let other = thread::spawn({
            let weak = weak.clone();
            move || weak.upgrade().map(std::mem::forget).is_some()
        });
        let revived = weak.upgrade().map(std::mem::forget).is_some();
        let revived = other.join().unwrap() || revived;
        assert!(
            !revived,
            "the value was dropped before, and an upgrade has brought it back"
        );
    });
}

/// Last owner and last watcher go at once: one of them frees the memory, after everything that was done with it.
#[test]
fn the_memory_goes_last() {
    lanes::model(|| {
        let mine = Arc::new(7);
        let weak = Arc::downgrade(&mine);
        let other = thread::spawn(move || weak.strong_count());
        drop(mine);
        other.join().unwrap();
    });
}

/// Weak references are counted in one step, too, however they are made.
#[test]
fn no_weak_reference_is_miscounted() {
    lanes::model(|| {
        let mine = Arc::new(7);
        let theirs = mine.clone();
        let other = thread::spawn(move || drop(Arc::downgrade(&theirs).clone()));
        let weak = Arc::downgrade(&mine).clone();
        other.join().unwrap();
        assert_eq!(
            Arc::weak_count(&mine),
            1,
            "one is left, the others have gone"
        );
        drop(weak);
    });
}

/// The memory is let go of on every path, also when the destructor of the value panics.
#[test]
fn a_destructor_that_panics_leaks_no_memory() {
    struct Grumpy;
    impl Drop for Grumpy {
        fn drop(&mut self) {
            // Not `panic!`, which ends a model.
            resume_unwind(Box::new("grumpy"));
        }
    }

    lanes::model(|| {
        let mine = Arc::new(Grumpy);
        let weak = Arc::downgrade(&mine);
        let other = thread::spawn(move || drop(weak));
        let left = catch_unwind(AssertUnwindSafe(|| drop(mine)));
        let payload = left.expect_err("the panic goes on to whoever dropped the last reference");
        if payload.downcast_ref() != Some(&"grumpy") {
            resume_unwind(payload);
        }
        other.join().unwrap();
    });
}

/// The last reference lets go of the memory, even when a panic drops the references, of either kind.
#[test]
fn references_that_a_panic_drops_leak_no_memory() {
    lanes::model(|| {
        let one = Arc::new(7);
        let (two, weak) = (one.clone(), Arc::downgrade(&one));
        let other = thread::spawn(move || drop(one));
        let panic = panic_of(move || {
            let (_two, _weak) = (two, weak);
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        other.join().unwrap();
    });
}

/// However often others are faster, an upgrade goes on for as long as there is an owner.
#[test]
fn an_upgrade_does_not_give_up_while_there_is_an_owner() {
    lanes::model(|| {
        let mine = Arc::new(7);
        let weak = Arc::downgrade(&mine);
        let theirs = mine.clone();
        let other = thread::spawn(move || {
            for _ in 0..2 {
                drop(theirs.clone());
            }
        });
        assert!(
            weak.upgrade().is_some(),
            "`None`, and there is an owner all the time: how often does it try?"
        );
        other.join().unwrap();
        drop(mine);
    });
}
