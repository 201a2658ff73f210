//! Readers and writers in one crowd: how much reading it takes before a lock for readers pays.

use std::hint::black_box;
use std::sync::{Mutex, RwLock};

use arc_swap::ArcSwap;
use bench_kit::{Comparison, crowds, named, processors};
use benches::reader_writer_locks::locks::Numbers;
use benches::reader_writer_locks::mix::{Work, mixed};
use benches::{mine, ours};
use criterion::Criterion;
use crossbeam_utils::sync::ShardedLock;
use ours::seqlock::SeqLock;

/// How many rounds of a thread there are for each in which it writes, and which share of reads that leaves.
const MIXES: [(u64, &str); 4] = [(2, "50 %"), (10, "90 %"), (100, "99 %"), (1_000, "99.9 %")];

/// As many threads as processors, and reads that are over as soon as they have begun.
pub(crate) fn short_reads(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "short_reads",
        "One thread for each processor: read four numbers, or write them",
    );
    for (period, share) in MIXES {
        let label = |lock: &str| format!("{lock}, {share} reads");
        comparison = every_lock(comparison, label, processors(), period, || ());
    }
    finish(comparison).run(criterion);
}

/// The same with a third of a microsecond of work in each round, on what was read or before it is written.
pub(crate) fn long_reads(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "long_reads",
        "One thread for each processor: read four numbers and work, or work and write them",
    );
    for (period, share) in [MIXES[0], MIXES[2]] {
        let label = |lock: &str| format!("{lock}, {share} reads");
        comparison = every_lock(comparison, label, processors(), period, work);
    }
    finish(comparison.in_turns_of(2_000)).run(criterion);
}

/// 99 % reads, from one thread to many: what it costs to be one of several readers.
pub(crate) fn crowd(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "crowd",
        "Several threads: 99 % read four numbers, 1 % write them",
    );
    for threads in crowds() {
        let label = |lock: &str| named(lock, threads);
        comparison = every_lock(comparison, label, threads, 100, || ());
    }
    finish(comparison).run(criterion);
}

fn finish(comparison: Comparison) -> Comparison {
    comparison
        .with_crate("arc-swap")
        .with_crate("crossbeam-utils")
        .with_crate("parking_lot")
}

/// A third of a microsecond, on the machine of the book's figures, in which every step waits for the one before it.
fn work() {
    let mut value = 1_u64;
    for _ in 0..400 {
        value = black_box(value).wrapping_mul(0x5851_F42D_4C95_7F2D);
    }
    black_box(value);
}

/// Adds a row for each lock, next to `std`'s.
fn every_lock(
    comparison: Comparison,
    label: impl Fn(&str) -> String,
    threads: u32,
    period: u64,
    work: impl Work,
) -> Comparison {
    let std = label("std RwLock");
    let baseline = Some(std.as_str());
    comparison
        .row(&std, baseline, move |n| {
            mixed::<RwLock<Numbers>>(threads, n, period, work)
        })
        .row(label("std Mutex"), baseline, move |n| {
            mixed::<Mutex<Numbers>>(threads, n, period, work)
        })
        .row(label("parking_lot"), baseline, move |n| {
            mixed::<parking_lot::RwLock<Numbers>>(threads, n, period, work)
        })
        .row(label("ShardedLock"), baseline, move |n| {
            mixed::<ShardedLock<Numbers>>(threads, n, period, work)
        })
        .row(label("arc-swap"), baseline, move |n| {
            mixed::<ArcSwap<Numbers>>(threads, n, period, work)
        })
        .row(label("rw_lock"), baseline, move |n| {
            mixed::<ours::rw_lock::RwLock<Numbers>>(threads, n, period, work)
        })
        .row(label("writer_priority"), baseline, move |n| {
            mixed::<ours::writer_priority::RwLock<Numbers>>(threads, n, period, work)
        })
        .row(label("seqlock"), baseline, move |n| {
            mixed::<SeqLock<4>>(threads, n, period, work)
        })
        .my_row(label("my rw_lock"), baseline, "rw_lock", move |n| {
            mixed::<mine::rw_lock::RwLock<Numbers>>(threads, n, period, work)
        })
        .my_row(
            label("my writer_priority"),
            baseline,
            "writer_priority",
            move |n| mixed::<mine::writer_priority::RwLock<Numbers>>(threads, n, period, work),
        )
        .my_row(label("my seqlock"), baseline, "seqlock", move |n| {
            mixed::<mine::seqlock::SeqLock<4>>(threads, n, period, work)
        })
}
