//! What takes things from one thread to another.

use std::sync::Mutex;

use bench_kit::{Comparison, processors};
use benches::lock_free_queues::generators::{cancellable, channel, read};
use benches::lock_free_queues::hand_over::{Alone, Course, Passed};
use benches::lock_free_queues::queues::{Rtrb, SpscRing};
use benches::mutex_guards::queues::{Channel, handed_over};
use benches::ours;
use criterion::Criterion;
use crossbeam_queue::{ArrayQueue, SegQueue};
use ours::bounded_queue::BoundedQueue;
use ours::mpmc_ring::MpmcRing;
use ours::ms_queue::MsQueue;
use ours::treiber_stack::TreiberStack;

use super::pair;

/// In the rings and in the queues that wait: they are seldom full, and seldom empty.
const CAPACITY: usize = 1024;

/// A round is one number: in and out on one thread, or from one half of the threads to the other.
pub(super) fn queues(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "ours_and_theirs_queues",
        "Our queues beside those of std and of the crates",
    )
    .with_crate("crossbeam-epoch")
    .with_crate("crossbeam-queue")
    .with_crate("rtrb");
    let label = |name: &str| format!("{name}, one thread");
    comparison = for_two(comparison, label, Alone);
    comparison = for_many(comparison, label, Alone);
    let passed = |pairs| Passed {
        pairs,
        capacity: CAPACITY,
    };
    let label = |name: &str| format!("{name}, 1 to 1");
    comparison = for_two(comparison, label, passed(1));
    comparison = for_many(comparison, label, passed(1));
    let pairs = processors() / 2;
    if pairs > 1 {
        let label = |name: &str| format!("{name}, {pairs} to {pairs}");
        comparison = for_many(comparison, label, passed(pairs));
    }
    comparison = pair(
        comparison,
        "std sync_channel, 1 to 1",
        |n| handed_over::<Channel>(CAPACITY, n),
        "bounded_queue, 1 to 1",
        |n| handed_over::<BoundedQueue<u64>>(CAPACITY, n),
    );
    pair(
        comparison,
        "std sync_channel, a stream",
        |n| read(n, channel(n, CAPACITY)),
        "cancellable_stream",
        |n| read(n, cancellable(n, CAPACITY)),
    )
    .run(criterion);
}

/// Rings for one producer and one consumer.
fn for_two(
    comparison: Comparison,
    label: impl Fn(&str) -> String,
    course: impl Course<1>,
) -> Comparison {
    pair(
        comparison,
        &label("rtrb"),
        move |n| course.run::<Rtrb<_>>(n),
        &label("spsc_ring"),
        move |n| course.run::<SpscRing<_>>(n),
    )
}

/// What any number of threads may push to and pop from.
fn for_many(
    comparison: Comparison,
    label: impl Fn(&str) -> String,
    course: impl Course<1>,
) -> Comparison {
    let comparison = pair(
        comparison,
        &label("ArrayQueue"),
        move |n| course.run::<ArrayQueue<_>>(n),
        &label("mpmc_ring"),
        move |n| course.run::<MpmcRing<_>>(n),
    );
    let comparison = pair(
        comparison,
        &label("SegQueue"),
        move |n| course.run::<SegQueue<_>>(n),
        &label("ms_queue"),
        move |n| course.run::<MsQueue<_>>(n),
    );
    pair(
        comparison,
        &label("std Mutex<Vec>"),
        move |n| course.run::<Mutex<Vec<_>>>(n),
        &label("treiber_stack"),
        move |n| course.run::<TreiberStack<_>>(n),
    )
}
