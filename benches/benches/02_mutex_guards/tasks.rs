//! What does it cost to be waited for?

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bench_kit::Comparison;
use benches::{mine, ours};
use criterion::Criterion;
use crossbeam_utils::sync::WaitGroup as Crossbeam;

/// A task that does nothing: counted up, counted down. One thread, and none waits until the end.
///
/// Crossbeam's group counts itself, so another task is alive all the time; ours gets one for that. No row reaches zero,
/// and none has a waiter to notify.
pub(crate) fn count(criterion: &mut Criterion) {
    Comparison::new("task", "A task: counted up and down")
        .with_crate("crossbeam-utils")
        .row("crossbeam", Some("crossbeam"), |n| {
            let group = Crossbeam::new();
            let elapsed = repeat(n, || drop(black_box(&group).clone()));
            group.wait();
            elapsed
        })
        .row("WaitGroup", Some("crossbeam"), counted)
        .my_row("my WaitGroup", Some("crossbeam"), "wait_group", my_counted)
        .run(criterion);
}

/// A task on a thread of its own: start it, wait for it.
pub(crate) fn thread(criterion: &mut Criterion) {
    const SCOPE: Option<&str> = Some("thread::scope");
    Comparison::new("task_on_a_thread", "A thread: started and waited for")
        .in_turns_of(500)
        .row("thread::scope", SCOPE, |n| {
            all_done(n, || _ = thread::scope(|scope| scope.spawn(done).join()))
        })
        .row("WaitGroup", SCOPE, spawned)
        .my_row("my WaitGroup", SCOPE, "wait_group", my_spawned)
        .run(criterion);
}

/// Functions that count tasks with such a `WaitGroup`, and spawn them.
macro_rules! wait_group {
    ($counted:ident, $spawned:ident, $wait_group:path) => {
        fn $counted(rounds: u64) -> Duration {
            use $wait_group as WaitGroup;

            let group = WaitGroup::new();
            let _first = group.add();
            let elapsed = repeat(rounds, || drop(black_box(&group).add()));
            assert_eq!(group.pending(), 1, "tasks that are not done");
            elapsed
        }

        fn $spawned(rounds: u64) -> Duration {
            use $wait_group as WaitGroup;

            let group = WaitGroup::new();
            all_done(rounds, || {
                group.spawn(done);
                group.wait();
            })
        }
    };
}

wait_group!(counted, spawned, ours::wait_group::WaitGroup);
wait_group!(my_counted, my_spawned, mine::wait_group::WaitGroup);

static DONE: AtomicU64 = AtomicU64::new(0);

/// What the threads do.
fn done() {
    // Relaxed: a thread that looks has waited for this one, and that orders it.
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
