//! What the exercises build, beside what a program would use that is not an exercise: the same work, from one thread to
//! many. The baseline is always theirs.
//!
//! The work is that of the chapters' own benchmarks; only the pairs are new. What has no counterpart that does the same
//! job is left out: `defer_stack`, `rollback`, `panic_boundary`, `engine`, `lock_order`, `circuit_breaker`,
//! `informer_store` and `batch_reporter`.

mod locks;
mod queues;
mod sharing;

use std::time::Duration;

use bench_kit::Comparison;
use criterion::Criterion;

/// Three groups, one for each kind of thing.
pub(crate) fn ours_and_theirs(criterion: &mut Criterion) {
    locks::locks(criterion);
    sharing::sharing(criterion);
    queues::queues(criterion);
}

/// Adds theirs, and ours beside it.
fn pair(
    comparison: Comparison,
    theirs: &str,
    their_time: impl Fn(u64) -> Duration + Send + Sync + 'static,
    ours: &str,
    our_time: impl Fn(u64) -> Duration + Send + Sync + 'static,
) -> Comparison {
    comparison
        .row(theirs, Some(theirs), their_time)
        .row(ours, Some(theirs), our_time)
}
