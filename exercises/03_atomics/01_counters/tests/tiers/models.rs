//! Every schedule of a small world, explored by `lanes`.

use std::sync::Arc;

use crate::sync::atomic::words_added_to;
use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/counters.rs"));
}
use source::{AtomicCounter, Counter, LockedCounter, ShardedCounter, TalliedCounter};

/// Exact at rest: two threads add, and when both are done, the count is the sum.
fn loses_nothing<C: Counter + 'static>(new: fn() -> C) {
    lanes::model(move || {
        let counter = Arc::new(new());
        let other = thread::spawn({
            let counter = Arc::clone(&counter);
            move || counter.add(2)
        });
        counter.add(1);
        other.join().unwrap();
        assert_eq!(
            counter.get(),
            3,
            "1 and 2 were added: an addition is lost, between somebody's look and their change"
        );
    });
}

/// lock → unlock → lock: one adds after the other.
#[test]
fn the_locked_one_loses_nothing() {
    loses_nothing(LockedCounter::new);
}

/// A read-modify-write is one step, with any ordering.
#[test]
fn the_atomic_one_loses_nothing() {
    loses_nothing(AtomicCounter::new);
}

/// Two threads at two shards: the sum has both.
#[test]
fn two_shards_lose_nothing() {
    loses_nothing(|| ShardedCounter::new(2));
}

/// Two threads at one shard, as when there are more threads than shards.
#[test]
fn a_shard_is_shared_without_loss() {
    loses_nothing(|| ShardedCounter::new(1));
}

/// A tally is told when its thread is done with it, and not over somebody else's.
#[test]
fn two_tallies_lose_nothing() {
    lanes::model(|| {
        let counter = Arc::new(TalliedCounter::new());
        let count_to = |counter: &TalliedCounter, n| {
            let mut tally = counter.tally();
            (0..n).for_each(|_| tally.add(1));
        };
        let other = thread::spawn({
            let counter = Arc::clone(&counter);
            move || count_to(&counter, 2)
        });
        count_to(&counter, 1);
        other.join().unwrap();
        assert_eq!(
            counter.get(),
            3,
            "1 and 2 were counted: an addition is lost, between somebody's look and their change"
        );
    });
}

/// Never backwards: what one has seen is not taken back, whatever else is going on.
fn never_runs_backwards<C: Counter + 'static>(new: fn() -> C) {
    lanes::model(move || {
        let counter = Arc::new(new());
        let other = thread::spawn({
            let counter = Arc::clone(&counter);
            move || {
                counter.add(1);
                counter.add(1);
            }
        });
        let first = counter.get();
        let second = counter.get();
        assert!(
            first <= second && second <= 2,
            "two were added, and it said {first} first and {second} then"
        );
        other.join().unwrap();
    });
}

/// lock → look: who finds the lock taken waits for its turn, and has no other answer.
#[test]
fn the_locked_one_never_runs_backwards() {
    never_runs_backwards(LockedCounter::new);
}

/// Coherence: one atomic has one order of values, and nobody reads it backwards.
#[test]
fn the_atomic_one_never_runs_backwards() {
    never_runs_backwards(AtomicCounter::new);
}

/// Coherence of each shard, and so of their sum.
#[test]
fn the_sharded_one_never_runs_backwards() {
    never_runs_backwards(|| ShardedCounter::new(2));
}

/// Exact at rest, for more than one who looks: when nobody adds, all of them see the same.
#[test]
fn all_who_look_see_the_same_when_nobody_adds() {
    lanes::model(|| {
        let counter = Arc::new(ShardedCounter::new(2));
        counter.add(1);
        let at_another_shard = thread::spawn({
            let counter = Arc::clone(&counter);
            move || counter.add(2)
        });
        at_another_shard.join().unwrap();
        let other = thread::spawn({
            let counter = Arc::clone(&counter);
            move || counter.get()
        });
        let mine = counter.get();
        assert_eq!(
            (mine, other.join().unwrap()),
            (3, 3),
            "3 were added before anybody looked: what does `get` do to the shards?"
        );
    });
}

/// Coherence for the tallied one, while a tally is flushed.
#[test]
fn the_tallied_one_never_runs_backwards() {
    lanes::model(|| {
        let counter = Arc::new(TalliedCounter::new());
        let other = thread::spawn({
            let counter = Arc::clone(&counter);
            move || {
                let mut tally = counter.tally();
                tally.add(1);
                tally.flush();
                tally.add(1);
            }
        });
        let first = counter.get();
        let second = counter.get();
        assert!(
            first <= second && second <= 2,
            "two were added, and it said {first} first and {second} then"
        );
        other.join().unwrap();
    });
}

/// One who looks while others add is told no more than was added, and no less than was added before.
#[test]
fn who_looks_meanwhile_sees_what_was_added_before() {
    lanes::model(|| {
        let counter = Arc::new(ShardedCounter::new(2));
        counter.add(1);
        let other = thread::spawn({
            let counter = Arc::clone(&counter);
            move || counter.add(2)
        });
        let seen = counter.get();
        assert!(
            seen == 1 || seen == 3,
            "1 was added before, and 2 are being added meanwhile: it said {seen}"
        );
        other.join().unwrap();
    });
}

/// What shards are for: threads that come one after the other, each with a number of its own, add to different words.
#[test]
fn two_threads_add_to_two_shards() {
    lanes::Model::new().allow_one_schedule().check(|| {
        let words = words_added_to(|| {
            let counter = Arc::new(ShardedCounter::new(2));
            counter.add(1);
            let other = thread::spawn({
                let counter = Arc::clone(&counter);
                move || counter.add(2)
            });
            other.join().unwrap();
            assert_eq!(counter.get(), 3);
        });
        assert_ne!(
            words, 1,
            "two threads, two shards, and both threads have added to one word: whose shard is it?"
        );
    });
}
