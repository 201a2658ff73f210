//! A few things at a time.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::thread;

/// Applies `work` to every job, `workers` at a time, and keeps the order. The first error ends it.
pub(crate) fn map<T: Send, R: Send, E: Send>(
    workers: usize,
    jobs: Vec<T>,
    work: impl Fn(T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let results: Mutex<Vec<Option<Result<R, E>>>> =
        Mutex::new((0..jobs.len()).map(|_| None).collect());
    let queue = Mutex::new(jobs.into_iter().enumerate());
    let next = || queue.lock().expect("taking a job does not panic").next();
    thread::scope(|scope| {
        for _ in 0..workers.max(1) {
            scope.spawn(|| {
                while let Some((index, job)) = next() {
                    let result = work(job);
                    results.lock().expect("storing a result does not panic")[index] = Some(result);
                }
            });
        }
    });
    let results = results
        .into_inner()
        .expect("storing a result does not panic");
    results
        .into_iter()
        .map(|result| result.expect("every job was done"))
        .collect()
}

/// Half of the machine, and at least two: a stress test has threads of its own.
pub(crate) fn workers() -> usize {
    let cores = thread::available_parallelism().map_or(2, NonZeroUsize::get);
    (cores / 2).max(2)
}
