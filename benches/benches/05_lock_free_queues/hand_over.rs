//! What it costs to hand an item over: alone, from one thread to another, and in a crowd.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use benches::{Comparison, crowds, processors, together, until_together};
use criterion::Criterion;
use crossbeam_queue::{ArrayQueue, SegQueue};
use our_mpmc_ring::MpmcRing;
use our_ms_queue::MsQueue;
use our_treiber_stack::TreiberStack;

#[cfg(feature = "mine")]
use super::queues::mine;
use super::queues::{Bounded, Locked, Queue, Rtrb, SpscRing, Unbounded};

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
    let comparison = comparison
        .row(&rtrb, baseline, move |n| course.run::<Rtrb<_>>(n))
        .row(label("spsc_ring"), baseline, move |n| {
            course.run::<SpscRing<_>>(n)
        });
    #[cfg(feature = "mine")]
    let comparison = comparison.my_row(label("my spsc_ring"), baseline, "spsc_ring", move |n| {
        course.run::<mine::SpscRing<_>>(n)
    });
    comparison
}

/// What has a bound, and takes any number of threads at one end at least.
fn for_many<const N: usize>(
    comparison: Comparison,
    label: impl Fn(&str) -> String,
    course: impl Course<N>,
) -> Comparison {
    let array_queue = label("ArrayQueue");
    let baseline = Some(array_queue.as_str());
    let comparison = comparison
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
        });
    #[cfg(feature = "mine")]
    let comparison = comparison.my_row(label("my mpmc_ring"), baseline, "mpmc_ring", move |n| {
        course.run::<my_mpmc_ring::MpmcRing<_>>(n)
    });
    comparison
}

/// What takes as much as there is memory.
fn without_bound<const N: usize>(
    comparison: Comparison,
    label: impl Fn(&str) -> String,
    course: impl Course<N>,
) -> Comparison {
    let seg_queue = label("SegQueue");
    let baseline = Some(seg_queue.as_str());
    let comparison = comparison
        .row(&seg_queue, baseline, move |n| course.run::<SegQueue<_>>(n))
        .row(label("ms_queue"), baseline, move |n| {
            course.run::<MsQueue<_>>(n)
        })
        .row(label("treiber_stack"), baseline, move |n| {
            course.run::<TreiberStack<_>>(n)
        })
        .row(label("std channel"), baseline, move |n| {
            course.run::<Unbounded<_>>(n)
        });
    #[cfg(feature = "mine")]
    let comparison = comparison
        .my_row(label("my ms_queue"), baseline, "ms_queue", move |n| {
            course.run::<my_ms_queue::MsQueue<_>>(n)
        })
        .my_row(
            label("my treiber_stack"),
            baseline,
            "treiber_stack",
            move |n| course.run::<my_treiber_stack::TreiberStack<_>>(n),
        );
    comparison
}

/// A number, as often as an item of that size can hold it.
fn item<const N: usize>(number: u64) -> [u64; N] {
    [number; N]
}

/// The number in an item.
fn number<const N: usize>(item: [u64; N]) -> u64 {
    assert_eq!(item[0], item[N - 1], "an item in pieces");
    item[0]
}

/// 0 + 1 + 2 + …, so many of them.
fn sum(count: u64) -> u64 {
    count * count.saturating_sub(1) / 2
}

/// What a queue of such items has to do for its time.
pub(crate) trait Course<const N: usize>: Copy + Send + Sync + 'static {
    /// Hands on at least `rounds` items, and returns how long `rounds` of them took.
    fn run<Q: Queue<[u64; N]>>(self, rounds: u64) -> Duration;
}

/// One thread, 64 items at a time.
#[derive(Clone, Copy)]
pub(crate) struct Alone;

impl<const N: usize> Course<N> for Alone {
    fn run<Q: Queue<[u64; N]>>(self, rounds: u64) -> Duration {
        const AT_A_TIME: u64 = 64;
        let queue = Q::with_room_for(AT_A_TIME as usize);
        let mut total = 0;
        let start = Instant::now();
        let mut first = 0;
        while first < rounds {
            let last = rounds.min(first + AT_A_TIME);
            queue.push_all((first..last).map(item));
            queue.pop_all(last - first, |item| total += number(item));
            first = last;
        }
        let elapsed = start.elapsed();
        assert_eq!(
            total,
            sum(rounds),
            "left: what came out; right: what went in"
        );
        elapsed
    }
}

/// Some producers, and as many consumers.
#[derive(Clone, Copy)]
pub(crate) struct Passed {
    pub(crate) pairs: u32,
    pub(crate) capacity: usize,
}

impl<const N: usize> Course<N> for Passed {
    /// Each producer pushes `rounds` items.
    fn run<Q: Queue<[u64; N]>>(self, rounds: u64) -> Duration {
        let threads = 2 * self.pairs;
        let batch = || {
            let queue = Q::with_room_for(self.capacity);
            let (numbers, total) = (AtomicUsize::new(0), AtomicU64::new(0));
            let span = together(threads as usize, || {
                let me = numbers.fetch_add(1, Ordering::Relaxed);
                if me.is_multiple_of(2) {
                    queue.push_all((0..rounds).map(item));
                } else {
                    let mut popped = 0;
                    queue.pop_all(rounds, |item| popped += number(item));
                    total.fetch_add(popped, Ordering::Relaxed);
                }
            });
            assert_eq!(
                total.into_inner(),
                u64::from(self.pairs) * sum(rounds),
                "left: what came out; right: what went in"
            );
            span
        };
        // Threads that share a processor take turns: there it is what we ask for.
        let elapsed = if threads > processors() {
            batch().elapsed
        } else {
            until_together(batch)
        };
        elapsed / self.pairs
    }
}
