//! May I? What it costs to be let in by a rate limiter, and by a circuit breaker.

use bench_kit::{Comparison, crowds, named};
use benches::atomics::admission::{Governor, MutexBreaker, MutexBucket, called, taken};
use benches::{mine, ours};
use criterion::Criterion;
use ours::circuit_breaker::CircuitBreaker;
use ours::token_bucket::TokenBucket;

/// Several threads take a token each, and get it.
pub(crate) fn token(criterion: &mut Criterion) {
    let mut comparison =
        Comparison::new("token", "Several threads take a token").with_crate("governor");
    for threads in crowds() {
        let baseline = named("the same under a Mutex", threads);
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                taken::<MutexBucket>(threads, n)
            })
            .row(named("governor", threads), Some(&baseline), move |n| {
                taken::<Governor>(threads, n)
            })
            .row(named("TokenBucket", threads), Some(&baseline), move |n| {
                taken::<TokenBucket>(threads, n)
            })
            .my_row(
                named("my TokenBucket", threads),
                Some(&baseline),
                "token_bucket",
                move |n| taken::<mine::token_bucket::TokenBucket>(threads, n),
            );
    }
    comparison.run(criterion);
}

/// Several threads are admitted by a closed breaker, and report a success.
pub(crate) fn permit(criterion: &mut Criterion) {
    let mut comparison =
        Comparison::new("permit", "Several threads: get a permit, report a success");
    for threads in crowds() {
        let baseline = named("the same under a Mutex", threads);
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                called::<MutexBreaker>(threads, n)
            })
            .row(
                named("CircuitBreaker", threads),
                Some(&baseline),
                move |n| called::<CircuitBreaker>(threads, n),
            )
            .my_row(
                named("my CircuitBreaker", threads),
                Some(&baseline),
                "circuit_breaker",
                move |n| called::<mine::circuit_breaker::CircuitBreaker>(threads, n),
            );
    }
    comparison.run(criterion);
}
