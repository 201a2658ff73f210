//! An engine's life: workers are started, each is given a job, and they are stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use benches::Comparison;
use criterion::Criterion;

/// The queue that the exercise brings along, for the workers that are stopped by hand.
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
#[path = "../../../solutions/01_scope_cleanup/05_engine/src/queue.rs"]
mod queue;
use queue::Queue;

/// Workers that are started, work, and are stopped: by the last lines, and by a drop.
pub(crate) fn start_stop(criterion: &mut Criterion) {
    let mut comparison =
        Comparison::new("start_stop", "Workers: start, one job each, stop").in_turns_of(20);
    for workers in [1, 2, 4, 8] {
        let by_hand = format!("{workers}, by hand");
        comparison = comparison
            .row(&by_hand, Some(&by_hand), move |n| {
                lives(n, workers, stopped_by_hand)
            })
            .row(format!("{workers}, Engine"), Some(&by_hand), move |n| {
                lives(n, workers, stopped_by_drop)
            });
        #[cfg(feature = "mine")]
        {
            let name = format!("{workers}, my Engine");
            comparison = comparison.my_row(name, Some(&by_hand), "engine", move |n| {
                lives(n, workers, stopped_by_my_drop)
            });
        }
    }
    comparison.run(criterion);
}

/// What the workers are given to do.
fn job(done: &Arc<AtomicU64>) -> impl FnOnce() + Send + 'static {
    let done = Arc::clone(done);
    move || {
        // Relaxed: who reads it has joined this thread.
        done.fetch_add(1, Ordering::Relaxed);
    }
}

/// The stop is the last lines: refuse, and join, the last started first.
fn stopped_by_hand(workers: usize, done: &Arc<AtomicU64>) {
    let queue = Arc::new(Queue::new());
    let threads: Vec<_> = (0..workers)
        .map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || queue.work())
        })
        .collect();
    for _ in 0..workers {
        queue.push(Box::new(job(done))).expect("it is open");
    }
    queue.close();
    for thread in threads.into_iter().rev() {
        thread.join().expect("a job does not panic");
    }
}

/// The stop is the drop.
fn stopped_by_drop(workers: usize, done: &Arc<AtomicU64>) {
    let engine = our_engine::Engine::new().workers(workers);
    let running = engine.start().expect("it has no parts");
    let submitter = running.submitter();
    for _ in 0..workers {
        submitter.submit(job(done)).expect("it runs");
    }
}

/// The same, with yours.
#[cfg(feature = "mine")]
fn stopped_by_my_drop(workers: usize, done: &Arc<AtomicU64>) {
    let engine = my_engine::Engine::new().workers(workers);
    let running = engine.start().expect("it has no parts");
    let submitter = running.submitter();
    for _ in 0..workers {
        submitter.submit(job(done)).expect("it runs");
    }
}

/// `rounds` lives, one after the other, each of so many workers.
fn lives(rounds: u64, workers: usize, life: impl Fn(usize, &Arc<AtomicU64>)) -> Duration {
    let done = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    for _ in 0..rounds {
        life(workers, &done);
    }
    let elapsed = start.elapsed();
    assert_eq!(
        done.load(Ordering::Relaxed),
        rounds * workers as u64,
        "jobs done"
    );
    elapsed
}
