//! What does it cost to be waited for?

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use benches::Comparison;
use criterion::Criterion;
use crossbeam_utils::sync::WaitGroup as Crossbeam;
use our_wait_group::WaitGroup;

/// A task that does nothing: counted up, counted down. One thread, and nobody waits until the end.
///
/// Crossbeam's group counts itself, so another task is alive all the time; ours gets one for that. No row reaches zero,
/// and none has anybody to notify.
pub(crate) fn count(criterion: &mut Criterion) {
    let comparison = Comparison::new("task", "A task: counted up and down")
        .with_crate("crossbeam-utils")
        .row("crossbeam", Some("crossbeam"), |n| {
            let group = Crossbeam::new();
            let elapsed = repeat(n, || drop(black_box(&group).clone()));
            group.wait();
            elapsed
        })
        .row("WaitGroup", Some("crossbeam"), |n| {
            let group = WaitGroup::new();
            let _first = group.add();
            let elapsed = repeat(n, || drop(black_box(&group).add()));
            assert_eq!(group.pending(), 1, "tasks that are not done");
            elapsed
        });
    #[cfg(feature = "mine")]
    let comparison = comparison.my_row("my WaitGroup", Some("crossbeam"), "wait_group", |n| {
        let group = my_wait_group::WaitGroup::new();
        let _first = group.add();
        let elapsed = repeat(n, || drop(black_box(&group).add()));
        assert_eq!(group.pending(), 1, "tasks that are not done");
        elapsed
    });
    comparison.run(criterion);
}

/// A task on a thread of its own: start it, wait for it.
pub(crate) fn thread(criterion: &mut Criterion) {
    let comparison = Comparison::new("task_on_a_thread", "A thread: started and waited for")
        .in_turns_of(500)
        .row("thread::scope", Some("thread::scope"), |n| {
            all_done(n, || _ = thread::scope(|scope| scope.spawn(done).join()))
        })
        .row("WaitGroup", Some("thread::scope"), |n| {
            let group = WaitGroup::new();
            all_done(n, || {
                group.spawn(done);
                group.wait();
            })
        });
    #[cfg(feature = "mine")]
    let comparison = comparison.my_row("my WaitGroup", Some("thread::scope"), "wait_group", |n| {
        let group = my_wait_group::WaitGroup::new();
        all_done(n, || {
            group.spawn(done);
            group.wait();
        })
    });
    comparison.run(criterion);
}

static DONE: AtomicU64 = AtomicU64::new(0);

/// What the threads do.
fn done() {
    // Relaxed: whoever looks has waited for us, and that orders it.
    DONE.fetch_add(1, Ordering::Relaxed);
}

/// `rounds` rounds; each must have waited for its thread.
fn all_done(rounds: u64, round: impl Fn()) -> Duration {
    let before = DONE.load(Ordering::Relaxed);
    let elapsed = repeat(rounds, round);
    let done = DONE.load(Ordering::Relaxed) - before;
    assert_eq!(done, rounds, "threads that have done their work");
    elapsed
}

fn repeat(rounds: u64, round: impl Fn()) -> Duration {
    let start = Instant::now();
    for _ in 0..rounds {
        round();
    }
    start.elapsed()
}
