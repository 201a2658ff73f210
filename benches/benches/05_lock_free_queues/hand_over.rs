//! What it costs to hand an item over: alone, from one thread to another, and in a crowd.

use bench_kit::{Comparison, crowds};
use benches::lock_free_queues::hand_over::{Alone, Course, Passed};
use benches::lock_free_queues::queues::{Bounded, Locked, MySpscRing, Rtrb, SpscRing, Unbounded};
use benches::{mine, ours};
use criterion::Criterion;
use crossbeam_queue::{ArrayQueue, SegQueue};
use ours::mpmc_ring::MpmcRing;
use ours::ms_queue::MsQueue;
use ours::treiber_stack::TreiberStack;

/// One thread pushes 64 numbers, pops them, and so on: no other thread is in the way.
pub(crate) fn one_thread(criterion: &mut Criterion) {
    let comparison = new("one_thread", "One thread: 64 numbers in, 64 numbers out");
    let comparison = for_two::<1>(comparison, str::to_owned, Alone);
    let comparison = for_many::<1>(comparison, str::to_owned, Alone);
    without_bound::<1>(comparison, str::to_owned, Alone).run(criterion);
}

/// One producer and one consumer, with little room and with much.
pub(crate) fn one_to_one(criterion: &mut Criterion) {
    let mut comparison = new("one_to_one", "Numbers from one thread to another");
    for capacity in [16, 1024] {
        let label = |queue: &str| format!("{queue}, room for {capacity}");
        let passed = Passed { pairs: 1, capacity };
        comparison = for_two::<1>(comparison, label, passed);
        comparison = for_many::<1>(comparison, label, passed);
    }
    let passed = Passed {
        pairs: 1,
        capacity: 0,
    };
    without_bound::<1>(comparison, str::to_owned, passed).run(criterion);
}

/// One producer and one consumer, two, and as many of each as there are processors.
pub(crate) fn many_to_many(criterion: &mut Criterion) {
    let mut comparison = new(
        "many_to_many",
        "Numbers from several threads to as many others, room for 1024",
    );
    for pairs in crowds() {
        let label = |queue: &str| format!("{queue}, {pairs} to {pairs}");
        let passed = Passed {
            pairs,
            capacity: 1024,
        };
        comparison = for_many::<1>(comparison, label, passed);
        comparison = without_bound::<1>(comparison, label, passed);
    }
    comparison.run(criterion);
}

/// Larger items.
pub(crate) fn payload(criterion: &mut Criterion) {
    let mut comparison = new(
        "payload",
        "Items of 64 bytes and of 1 KiB from one thread to another, room for 256",
    );
    let passed = Passed {
        pairs: 1,
        capacity: 256,
    };
    let label = |queue: &str| format!("{queue}, 64 bytes");
    comparison = for_two::<8>(comparison, label, passed);
    comparison = for_many::<8>(comparison, label, passed);
    comparison = without_bound::<8>(comparison, label, passed);
    let label = |queue: &str| format!("{queue}, 1 KiB");
    comparison = for_two::<128>(comparison, label, passed);
    comparison = for_many::<128>(comparison, label, passed);
    without_bound::<128>(comparison, label, passed).run(criterion);
}

fn new(group: &'static str, title: &'static str) -> Comparison {
    Comparison::new(group, title)
        .with_crate("crossbeam-epoch")
        .with_crate("crossbeam-queue")
        .with_crate("rtrb")
}

/// Rings for one producer and one consumer.
fn for_two<const N: usize>(
    comparison: Comparison,
    label: impl Fn(&str) -> String,
    course: impl Course<N>,
) -> Comparison {
    let rtrb = label("rtrb");
    let baseline = Some(rtrb.as_str());
    comparison
        .row(&rtrb, baseline, move |n| course.run::<Rtrb<_>>(n))
        .row(label("spsc_ring"), baseline, move |n| {
            course.run::<SpscRing<_>>(n)
        })
        .my_row(label("my spsc_ring"), baseline, "spsc_ring", move |n| {
            course.run::<MySpscRing<_>>(n)
        })
}

/// What has a bound, and takes any number of threads at one end at least.
fn for_many<const N: usize>(
    comparison: Comparison,
    label: impl Fn(&str) -> String,
    course: impl Course<N>,
) -> Comparison {
    let array_queue = label("ArrayQueue");
    let baseline = Some(array_queue.as_str());
    comparison
        .row(&array_queue, baseline, move |n| {
            course.run::<ArrayQueue<_>>(n)
        })
        .row(label("mpmc_ring"), baseline, move |n| {
            course.run::<MpmcRing<_>>(n)
        })
        .row(label("std sync_channel"), baseline, move |n| {
            course.run::<Bounded<_>>(n)
        })
        .row(label("Mutex<VecDeque>"), baseline, move |n| {
            course.run::<Locked<_>>(n)
        })
        .my_row(label("my mpmc_ring"), baseline, "mpmc_ring", move |n| {
            course.run::<mine::mpmc_ring::MpmcRing<_>>(n)
        })
}

/// What takes as much as there is memory.
fn without_bound<const N: usize>(
    comparison: Comparison,
    label: impl Fn(&str) -> String,
    course: impl Course<N>,
) -> Comparison {
    let seg_queue = label("SegQueue");
    let baseline = Some(seg_queue.as_str());
    comparison
        .row(&seg_queue, baseline, move |n| course.run::<SegQueue<_>>(n))
        .row(label("ms_queue"), baseline, move |n| {
            course.run::<MsQueue<_>>(n)
        })
        .row(label("treiber_stack"), baseline, move |n| {
            course.run::<TreiberStack<_>>(n)
        })
        .row(label("std channel"), baseline, move |n| {
            course.run::<Unbounded<_>>(n)
        })
        .my_row(label("my ms_queue"), baseline, "ms_queue", move |n| {
            course.run::<mine::ms_queue::MsQueue<_>>(n)
        })
        .my_row(
            label("my treiber_stack"),
            baseline,
            "treiber_stack",
            move |n| course.run::<mine::treiber_stack::TreiberStack<_>>(n),
        )
}
