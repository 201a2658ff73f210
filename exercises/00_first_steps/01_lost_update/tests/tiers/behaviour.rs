//! What one thread can see.

use lanes::stress::finishes;
use lost_update::{AtomicVisits, LockedVisits};

/// No visit yet.
#[test]
fn counts_begin_at_zero() {
    assert_eq!(LockedVisits::default().get(), 0, "`add` was not called");
    assert_eq!(AtomicVisits::default().get(), 0, "`add` was not called");
}

/// Each `add` is one visit, and each gives the lock back: the next one waits for it.
#[test]
fn the_locked_one_counts_every_visit() {
    finishes("`add` or `get`, on one thread", || {
        let visits = LockedVisits::default();
        visits.add();
        visits.add();
        assert_eq!(
            visits.get(),
            2,
            "`add` was called twice: does it change the number in the lock, or a copy of it?"
        );
    });
}

/// Each `add` is one visit.
#[test]
fn the_atomic_one_counts_every_visit() {
    let visits = AtomicVisits::default();
    visits.add();
    visits.add();
    assert_eq!(visits.get(), 2, "`add` was called twice");
}
