//! How items go through a queue: on one thread, or from some threads to others.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bench_kit::{competing, together};

use super::queues::Queue;

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
pub trait Course<const N: usize>: Copy + Send + Sync + 'static {
    /// Hands on at least `rounds` items, and returns how long `rounds` of them took.
    ///
    /// # Panics
    ///
    /// Panics if what comes out is not what went in.
    fn run<Q: Queue<[u64; N]>>(self, rounds: u64) -> Duration;
}

/// One thread, 64 items at a time.
#[derive(Clone, Copy)]
pub struct Alone;

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
pub struct Passed {
    /// How many of each.
    pub pairs: u32,
    /// How much room there is in the queue, if it has a bound.
    pub capacity: usize,
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
        competing(threads, batch) / self.pairs
    }
}
