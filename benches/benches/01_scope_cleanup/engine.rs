//! An engine's life: workers are started, each is given a job, and they are stopped.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bench_kit::Comparison;
use benches::{mine, ours};
use criterion::Criterion;
use ours::bounded_queue::BoundedQueue;

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
            })
            .my_row(
                format!("{workers}, my Engine"),
                Some(&by_hand),
                "engine",
                move |n| lives(n, workers, stopped_by_my_drop),
            );
    }
    comparison.run(criterion);
}

/// What the workers are given to do.
fn job(done: &Arc<AtomicU64>) -> impl FnOnce() + Send + 'static {
    let done = Arc::clone(done);
    move || {
        // Relaxed: a thread that reads it has joined this one.
        done.fetch_add(1, Ordering::Relaxed);
    }
}

/// The stop is the last lines: refuse, and join, the last started first.
///
/// The engine's own queue is private. What stands for it is chapter 2's, which is one as well: a lock and a condition
/// variable around the jobs. A job that panics does not end its worker, here as there.
fn stopped_by_hand(workers: usize, done: &Arc<AtomicU64>) {
    let queue = Arc::new(BoundedQueue::<Job>::new(workers));
    let threads: Vec<_> = (0..workers)
        .map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || {
                while let Some(job) = queue.pop() {
                    let _ = catch_unwind(AssertUnwindSafe(job));
                }
            })
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

type Job = Box<dyn FnOnce() + Send>;

/// A function whose stop is the drop of such an `Engine`.
macro_rules! stopped_by_drop {
    ($name:ident, $engine:path) => {
        fn $name(workers: usize, done: &Arc<AtomicU64>) {
            use $engine as Engine;

            let engine = Engine::new().workers(workers);
            let running = engine.start().expect("it has no parts");
            let submitter = running.submitter();
            for _ in 0..workers {
                submitter.submit(job(done)).expect("it runs");
            }
        }
    };
}

stopped_by_drop!(stopped_by_drop, ours::engine::Engine);
stopped_by_drop!(stopped_by_my_drop, mine::engine::Engine);

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
