//! What one thread can see.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use counters::{AtomicCounter, Counter, LockedCounter, ShardedCounter, TalliedCounter, Tally};
use impls::impls;
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::finishes;

/// The sum of all, as often as one asks.
fn counts<C: Counter + 'static>(counter: C) {
    finishes("a count on one thread", move || {
        assert_eq!(counter.get(), 0, "nothing was added yet");
        counter.add(1);
        counter.add(41);
        assert_eq!(counter.get(), 42, "1 and 41 were added");
        assert_eq!(counter.get(), 42, "to look at a count does not change it");
        counter.add(u64::MAX);
        assert_eq!(
            counter.get(),
            41,
            "a count that grows beyond `u64::MAX` begins again at 0"
        );
    });
}

#[test]
fn a_locked_counter_counts() {
    counts(LockedCounter::new());
}

#[test]
fn an_atomic_counter_counts() {
    counts(AtomicCounter::new());
}

#[test]
fn a_sharded_counter_counts() {
    counts(ShardedCounter::new(1));
    counts(ShardedCounter::new(3));
}

/// Beyond `u64::MAX` in the sum, too: what does not fit is in two shards.
#[test]
fn the_sum_of_the_shards_begins_again_at_0() {
    let counter = Arc::new(ShardedCounter::new(8));
    for n in [u64::MAX, 42, u64::MAX, 1] {
        let counter = Arc::clone(&counter);
        finishes("an addition to a shard", move || counter.add(n));
    }
    let sum = catch_unwind(AssertUnwindSafe(|| counter.get()));
    assert_eq!(
        sum.ok(),
        Some(41),
        "four threads have added, at shards of their own: a count that grows beyond `u64::MAX` begins again at 0, also where \
         the shards are summed up"
    );
}

/// Threads come and go, one after the other here, and each has another number.
#[test]
fn there_may_be_more_threads_than_shards() {
    let counter = Arc::new(ShardedCounter::new(2));
    for _ in 0..3 {
        let counter = Arc::clone(&counter);
        finishes("an addition to a shard", move || counter.add(1));
    }
    assert_eq!(counter.get(), 3, "three threads have added 1");
}

/// A tally is its thread's own, until it is dropped.
#[test]
fn a_tally_counts_when_it_is_dropped() {
    let counter = TalliedCounter::new();
    let mut tally = counter.tally();
    tally.add(1);
    tally.add(41);
    let before = counter.get();
    drop(tally);
    let after = counter.get();
    drop(counter.tally());
    assert_eq!(
        (before, after, counter.get()),
        (0, 42, 42),
        "before the tally was dropped, after it, and after one that counted nothing"
    );
}

/// Told is told: what has been flushed is not told again.
#[test]
fn what_is_flushed_counts_once() {
    let counter = TalliedCounter::new();
    let mut tally = counter.tally();
    let mut seen = Vec::new();
    tally.add(40);
    tally.flush();
    seen.push(counter.get());
    tally.flush();
    seen.push(counter.get());
    tally.add(2);
    drop(tally);
    seen.push(counter.get());
    assert_eq!(
        seen,
        [40, 40, 42],
        "after one flush, after a second, and at the end"
    );
}

/// Two tallies are two: each knows only its own.
#[test]
fn two_tallies_add_up() {
    let counter = TalliedCounter::new();
    {
        let (mut one, mut other) = (counter.tally(), counter.tally());
        one.add(1);
        other.add(2);
        one.add(3);
    }
    assert_eq!(counter.get(), 6);
}

/// `?` leaves the function in the middle; what was counted by then is counted.
#[test]
fn an_early_return_loses_no_count() {
    fn sum(counter: &TalliedCounter, words: &[&str]) -> Result<(), std::num::ParseIntError> {
        let mut tally = counter.tally();
        for word in words {
            tally.add(word.parse()?);
        }
        Ok(())
    }
    let counter = TalliedCounter::new();
    assert!(sum(&counter, &["3", "4", "five", "6"]).is_err());
    assert_eq!(
        counter.get(),
        7,
        "3 and 4 were counted, and then came an error"
    );
}

/// A panic unwinds through the tally, and unwinding drops it.
#[test]
fn a_panic_loses_no_count() {
    let counter = TalliedCounter::new();
    let panic = panic_of(|| {
        let mut tally = counter.tally();
        tally.add(7);
        panic_with("out");
    });
    assert_eq!(panic, Some(Panic("out")), "the closure leaves by a panic");
    assert_eq!(
        counter.get(),
        7,
        "7 were counted before the panic: is there an `if !panicking()` in `drop`?"
    );
}

/// In a destructor during a panic, a tally counts as anywhere else: one that is made and dropped there, one that was made
/// before, and one that outlives the panic.
#[test]
fn a_tally_counts_whenever_it_was_made() {
    let counter = TalliedCounter::new();
    let mut first = counter.tally();
    first.add(0);
    first.flush(); // what is not written yet should say so here, and not while we unwind
    drop(first);
    let (mut before, mut outlives) = (Some(counter.tally()), None);
    let panic = panic_of(|| {
        let _cleanup = DuringAPanic(|| {
            if let Some(mut tally) = before.take() {
                tally.add(1);
                tally.flush();
                tally.add(2);
            }
            let mut inside = counter.tally();
            inside.add(4);
            drop(inside);
            let mut tally = counter.tally();
            tally.add(8);
            outlives = Some(tally);
        });
        panic_with("out");
    });
    assert_eq!(panic, Some(Panic("out")));
    assert_eq!(
        counter.get(),
        7,
        "1 was flushed, and 2 and 4 were dropped, during a panic"
    );
    drop(outlives);
    assert_eq!(
        counter.get(),
        15,
        "8 were counted during a panic, and dropped after it"
    );
}

/// Numbers: a tally, too, begins again at 0, and a count in many shards has all of them.
#[test]
fn a_tally_begins_again_at_0() {
    let counter = TalliedCounter::new();
    let mut tally = counter.tally();
    tally.add(u64::MAX);
    tally.add(3);
    tally.flush();
    assert_eq!(
        counter.get(),
        2,
        "a tally that grows beyond `u64::MAX` begins again at 0"
    );
    tally.add(u64::MAX);
    drop(tally);
    assert_eq!(counter.get(), 1, "and so does the count");
}

/// A counter without a shard has no place for a count.
#[test]
fn a_count_needs_a_shard() {
    assert!(catch_unwind(|| ShardedCounter::new(0)).is_err());
}

/// All threads share a counter; a tally belongs to one of them, and may go to it.
#[test]
fn counters_are_shared_and_tallies_may_move() {
    assert!(impls!(LockedCounter: Send & Sync) && impls!(AtomicCounter: Send & Sync));
    assert!(impls!(ShardedCounter: Send & Sync) && impls!(TalliedCounter: Send & Sync));
    assert!(impls!(Tally<'static>: Send));
}
