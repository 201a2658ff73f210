//! A job that may panic, and does not: called, called in a boundary, and run by a supervisor.

use std::hint::black_box;
use std::panic::{RefUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bench_kit::Comparison;
use benches::release::work;
use benches::{mine, ours};
use criterion::Criterion;

/// A job that does not panic, with nothing and with something in place for the case that it does.
pub(crate) fn boundary(criterion: &mut Criterion) {
    Comparison::new("boundary", "A job that does not panic")
        .row("called", Some("called"), |n| {
            jobs(n, |done| called(Box::new(counting(done))))
        })
        .row("in a boundary", Some("called"), |n| {
            jobs(n, |done| in_a_boundary(Box::new(counting(done))))
        })
        .row("Supervisor", Some("called"), |n| {
            use ours::panic_boundary::{Budget, Job, Supervisor};

            let supervisor = Supervisor::new(Budget::new(0, Duration::ZERO, || Duration::ZERO));
            jobs(n, |done| supervisor.run(Job::new(0, counting(done))).value)
        })
        .my_row("my Supervisor", Some("called"), "panic_boundary", |n| {
            use mine::panic_boundary::{Budget, Job, Supervisor};

            let supervisor = Supervisor::new(Budget::new(0, Duration::ZERO, || Duration::ZERO));
            jobs(n, |done| supervisor.run(Job::new(0, counting(done))).value)
        })
        .run(criterion);
}

/// Work that counts how often it was done.
fn counting(done: &Arc<AtomicU64>) -> impl Fn() -> u64 + Send + RefUnwindSafe + 'static {
    let done = Arc::clone(done);
    move || {
        work();
        done.fetch_add(1, Ordering::Relaxed)
    }
}

/// A job is made for each round and boxed, as a supervisor is given it, so that the rows do the same.
type Job = Box<dyn Fn() -> u64 + Send + RefUnwindSafe>;

fn called(job: Job) -> u64 {
    job()
}

fn in_a_boundary(job: Job) -> u64 {
    catch_unwind(&job).unwrap_or(0)
}

/// `rounds` jobs, each of which is run once.
fn jobs(rounds: u64, run: impl Fn(&Arc<AtomicU64>) -> u64) -> Duration {
    let done = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    for _ in 0..rounds {
        black_box(run(black_box(&done)));
    }
    let elapsed = start.elapsed();
    assert_eq!(done.load(Ordering::Relaxed), rounds, "jobs done");
    elapsed
}
