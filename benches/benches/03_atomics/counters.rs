//! One count, kept four ways: what an addition costs, and what it costs to know the count.

use std::hint::black_box;
use std::time::{Duration, Instant};

use benches::{Comparison, at_work, crowded, crowds, named};
use criterion::Criterion;
use our_counters::{AtomicCounter, Counter, LockedCounter, ShardedCounter, TalliedCounter};

/// As many as the largest crowd has threads.
const SHARDS: usize = 8;

/// Several threads add one.
pub(crate) fn add(criterion: &mut Criterion) {
    let mut comparison = Comparison::new("counters", "Several threads add one to one count");
    for threads in crowds() {
        let baseline = named("AtomicCounter", threads);
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                added(threads, n, AtomicCounter::new)
            })
            .row(named("LockedCounter", threads), Some(&baseline), move |n| {
                added(threads, n, LockedCounter::new)
            })
            .row(
                named("ShardedCounter", threads),
                Some(&baseline),
                move |n| added(threads, n, || ShardedCounter::new(SHARDS)),
            )
            .row(
                named("TalliedCounter", threads),
                Some(&baseline),
                move |n| tallied(threads, n),
            );
        #[cfg(feature = "mine")]
        {
            comparison = mine::add(comparison, threads, &baseline);
        }
    }
    comparison.run(criterion);
}

pub(crate) fn added<C: Counter>(threads: u32, rounds: u64, fresh: impl Fn() -> C) -> Duration {
    crowded(
        threads,
        rounds,
        fresh,
        |count| black_box(count).add(1),
        |count, all| assert_eq!(count.get(), all),
    )
}

fn tallied(threads: u32, rounds: u64) -> Duration {
    at_work(
        threads,
        rounds,
        TalliedCounter::new,
        |count, _| {
            let mut tally = count.tally();
            for _ in 0..rounds {
                black_box(&mut tally).add(1);
            }
        },
        |count, all| assert_eq!(count.get(), all),
    )
}

/// One thread asks for the count, and nobody adds meanwhile.
pub(crate) fn get(criterion: &mut Criterion) {
    let comparison = Comparison::new("count_read", "One thread asks for the count")
        .row("AtomicCounter", Some("AtomicCounter"), |n| {
            read(n, AtomicCounter::new())
        })
        .row("LockedCounter", Some("AtomicCounter"), |n| {
            read(n, LockedCounter::new())
        })
        .row(
            format!("ShardedCounter, {SHARDS} shards"),
            Some("AtomicCounter"),
            |n| read(n, ShardedCounter::new(SHARDS)),
        );
    #[cfg(feature = "mine")]
    let comparison = mine::get(comparison);
    comparison.run(criterion);
}

fn read(rounds: u64, count: impl Counter) -> Duration {
    count.add(7);
    repeat(&count, rounds, |count| {
        assert_eq!(count.get(), 7);
    })
}

/// A tally for each addition, told by its drop, or told by hand and forgotten.
pub(crate) fn guard_or_manual(comparison: Comparison) -> Comparison {
    const MANUAL: Option<&str> = Some("Tally, manual");
    let round = |n, round: fn(&TalliedCounter)| {
        let count = TalliedCounter::new();
        let elapsed = repeat(&count, n, round);
        assert_eq!(count.get(), n);
        elapsed
    };
    comparison
        .row("Tally, manual", MANUAL, move |n| {
            round(n, |count| {
                let mut tally = count.tally();
                tally.add(1);
                tally.flush();
                std::mem::forget(tally);
            })
        })
        .row("Tally, guard", MANUAL, move |n| {
            round(n, |count| {
                let mut tally = count.tally();
                tally.add(1);
            })
        })
}

/// `rounds` rounds on one thread.
pub(crate) fn repeat<T>(shared: &T, rounds: u64, round: impl Fn(&T)) -> Duration {
    let start = Instant::now();
    for _ in 0..rounds {
        round(black_box(shared));
    }
    start.elapsed()
}

/// What you wrote in the exercise.
#[cfg(feature = "mine")]
mod mine {
    use super::{Comparison, Duration, SHARDS, at_work, black_box, crowded, named, repeat};
    use my_counters::{AtomicCounter, Counter, LockedCounter, ShardedCounter, TalliedCounter};

    pub(super) fn add(comparison: Comparison, threads: u32, baseline: &str) -> Comparison {
        let baseline = Some(baseline);
        let named = |counter| named(counter, threads);
        comparison
            .my_row(named("my AtomicCounter"), baseline, "counters", move |n| {
                added(threads, n, AtomicCounter::new)
            })
            .my_row(named("my LockedCounter"), baseline, "counters", move |n| {
                added(threads, n, LockedCounter::new)
            })
            .my_row(named("my ShardedCounter"), baseline, "counters", move |n| {
                added(threads, n, || ShardedCounter::new(SHARDS))
            })
            .my_row(named("my TalliedCounter"), baseline, "counters", move |n| {
                tallied(threads, n)
            })
    }

    pub(super) fn get(comparison: Comparison) -> Comparison {
        let baseline = Some("AtomicCounter");
        comparison
            .my_row("my LockedCounter", baseline, "counters", |n| {
                read(n, LockedCounter::new())
            })
            .my_row("my ShardedCounter", baseline, "counters", |n| {
                read(n, ShardedCounter::new(SHARDS))
            })
    }

    fn added<C: Counter>(threads: u32, rounds: u64, fresh: impl Fn() -> C) -> Duration {
        crowded(
            threads,
            rounds,
            fresh,
            |count| black_box(count).add(1),
            |count, all| assert_eq!(count.get(), all),
        )
    }

    fn tallied(threads: u32, rounds: u64) -> Duration {
        at_work(
            threads,
            rounds,
            TalliedCounter::new,
            |count, _| {
                let mut tally = count.tally();
                for _ in 0..rounds {
                    black_box(&mut tally).add(1);
                }
            },
            |count, all| assert_eq!(count.get(), all),
        )
    }

    fn read(rounds: u64, count: impl Counter) -> Duration {
        count.add(7);
        repeat(&count, rounds, |count| {
            assert_eq!(count.get(), 7);
        })
    }
}
