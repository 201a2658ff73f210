//! Ten thousand short tasks and fifty thousand, each of which takes two things and gives them back: on a pool of threads
//! in Rust, as goroutines in Go.
//!
//! A task counts itself among those in flight, locks, works, adds one. So the time of a round is that of a task, with its
//! share of starting it, of sharing the work out, and of waiting for all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bench_kit::{Comparison, Elsewhere, processors};
use benches::{ours, release};
use criterion::Criterion;
use lock_api::RawMutex as _;
use ours::scope_guard::ScopeGuard;
use parking_lot::Mutex;
use rayon_core::{ThreadPool, ThreadPoolBuilder};

/// How many there are, from the first to the last.
const BATCHES: [u64; 2] = [10_000, 50_000];

/// Where there is a `go`, its goroutines stand beside ours. Compare the ratios: what it costs to start a task is not
/// what differs by hand and by guard.
pub(crate) fn tasks(criterion: &mut Criterion, go: Option<&Elsewhere>) {
    let pool = ThreadPoolBuilder::new().num_threads(processors() as usize);
    let pool = &Arc::new(pool.build().expect("some threads can be started"));
    let mut comparison = Comparison::new(
        "tasks",
        "Short tasks, each with a cleanup: by guard or defer, by hand",
    )
    .with_crate("parking_lot")
    .with_crate("rayon-core")
    .in_turns_of(BATCHES[0]);
    if let Some(go) = go {
        comparison = comparison.with_version("go", go.version());
    }
    for tasks in BATCHES {
        comparison = pooled(comparison, pool, tasks);
    }
    if let Some(go) = go {
        comparison = goroutines(comparison, go);
    }
    comparison.run(criterion);
}

fn pooled(comparison: Comparison, pool: &Arc<ThreadPool>, tasks: u64) -> Comparison {
    let row = |task: fn(&Shared)| {
        let pool = Arc::clone(pool);
        move |rounds| batch(&pool, tasks, task).mul_f64(rounds as f64 / tasks as f64)
    };
    let baseline = format!("Rust by hand, {tasks} tasks");
    comparison
        .row(&baseline, Some(&baseline), row(by_hand))
        .row(
            format!("Rust by guard, {tasks} tasks"),
            Some(&baseline),
            row(by_guard),
        )
}

fn goroutines(mut comparison: Comparison, go: &Elsewhere) -> Comparison {
    for [by_hand, by_defer] in [
        ["by hand, 10000 tasks", "by defer, 10000 tasks"],
        ["by hand, 50000 tasks", "by defer, 50000 tasks"],
    ] {
        let baseline = format!("Go {by_hand}");
        comparison = comparison
            .row(&baseline, Some(&baseline), go.row(by_hand))
            .row(format!("Go {by_defer}"), Some(&baseline), go.row(by_defer));
    }
    comparison
}

/// What all tasks share.
#[derive(Default)]
struct Shared {
    in_flight: AtomicU64,
    total: Mutex<u64>,
}

/// The time of one batch: from the first start until all are done.
fn batch(pool: &ThreadPool, tasks: u64, task: fn(&Shared)) -> Duration {
    let shared = &Shared::default();
    let start = Instant::now();
    pool.scope(|scope| {
        for _ in 0..tasks {
            scope.spawn(move |_| task(shared));
        }
    });
    let elapsed = start.elapsed();
    let total = *shared.total.try_lock().expect("the lock is free again");
    assert_eq!(total, tasks, "the number behind the lock");
    let in_flight = shared.in_flight.load(Ordering::Relaxed);
    assert_eq!(in_flight, 0, "tasks in flight");
    elapsed
}

fn by_guard(shared: &Shared) {
    // Relaxed: a number, which says nothing about anything else.
    shared.in_flight.fetch_add(1, Ordering::Relaxed);
    let _in_flight = ScopeGuard::new(&shared.in_flight, |in_flight| {
        in_flight.fetch_sub(1, Ordering::Relaxed);
    });
    let mut total = shared.total.lock();
    release::work();
    *total += 1;
}

fn by_hand(shared: &Shared) {
    shared.in_flight.fetch_add(1, Ordering::Relaxed);
    // SAFETY: what is unlocked through `raw`, below, was locked through it.
    let raw = unsafe { shared.total.raw() };
    let token = raw.lock();
    release::work();
    // SAFETY: we hold the lock, so no other thread reaches the number.
    unsafe { *shared.total.data_ptr() += 1 };
    // SAFETY: `token` is from `raw`, and no reference to the number is left.
    unsafe { raw.unlock(token) };
    shared.in_flight.fetch_sub(1, Ordering::Relaxed);
}
