//! One count, kept four ways: what an addition costs, and what it costs to know the count.

use std::time::Duration;

use bench_kit::{Comparison, crowds, named};
use benches::atomics::counters::{Count, SHARDS, added, repeat};
use benches::{mine, ours};
use criterion::Criterion;
use ours::counters::{AtomicCounter, LockedCounter, ShardedCounter, TalliedCounter};

/// Several threads add one.
pub(crate) fn add(criterion: &mut Criterion) {
    let mut comparison = Comparison::new("counters", "Several threads add one to one count");
    for threads in crowds() {
        let label = |counter| named(counter, threads);
        let baseline = label("AtomicCounter");
        let baseline = Some(baseline.as_str());
        comparison = comparison
            .row(label("AtomicCounter"), baseline, move |n| {
                added(threads, n, AtomicCounter::new)
            })
            .row(label("LockedCounter"), baseline, move |n| {
                added(threads, n, LockedCounter::new)
            })
            .row(label("ShardedCounter"), baseline, move |n| {
                added(threads, n, || ShardedCounter::new(SHARDS))
            })
            .row(label("TalliedCounter"), baseline, move |n| {
                added(threads, n, TalliedCounter::new)
            })
            .my_row(label("my AtomicCounter"), baseline, "counters", move |n| {
                added(threads, n, mine::counters::AtomicCounter::new)
            })
            .my_row(label("my LockedCounter"), baseline, "counters", move |n| {
                added(threads, n, mine::counters::LockedCounter::new)
            })
            .my_row(label("my ShardedCounter"), baseline, "counters", move |n| {
                added(threads, n, || mine::counters::ShardedCounter::new(SHARDS))
            })
            .my_row(label("my TalliedCounter"), baseline, "counters", move |n| {
                added(threads, n, mine::counters::TalliedCounter::new)
            });
    }
    comparison.run(criterion);
}

/// One thread asks for the count, and no thread adds meanwhile.
pub(crate) fn get(criterion: &mut Criterion) {
    const BASELINE: Option<&str> = Some("AtomicCounter");
    Comparison::new("count_read", "One thread asks for the count")
        .row("AtomicCounter", BASELINE, |n| read(n, AtomicCounter::new()))
        .row("LockedCounter", BASELINE, |n| read(n, LockedCounter::new()))
        .row(format!("ShardedCounter, {SHARDS} shards"), BASELINE, |n| {
            read(n, ShardedCounter::new(SHARDS))
        })
        .my_row("my LockedCounter", BASELINE, "counters", |n| {
            read(n, mine::counters::LockedCounter::new())
        })
        .my_row("my ShardedCounter", BASELINE, "counters", |n| {
            read(n, mine::counters::ShardedCounter::new(SHARDS))
        })
        .run(criterion);
}

fn read(rounds: u64, count: impl Count) -> Duration {
    count.add_ones(7);
    repeat(&count, rounds, |count| {
        assert_eq!(count.total(), 7);
    })
}

/// A tally for each addition, flushed by its drop, or flushed by hand and forgotten.
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
