//! Readers and writers in one crowd.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bench_kit::{OwnLine, at_work};

use super::locks::{Numbers, Shared};

/// What is done in a round besides reading or writing.
pub trait Work: Fn() + Copy + Send + Sync + 'static {}

impl<F: Fn() + Copy + Send + Sync + 'static> Work for F {}

/// What the threads of a batch share: the numbers, and on another line how often they were written.
struct Batch<S> {
    numbers: S,
    writes: OwnLine<AtomicU64>,
}

/// The time of `rounds` rounds on each of so many threads, [per thread](bench_kit::crowded): each writes in one of
/// `period` rounds, and reads in the others.
///
/// # Panics
///
/// Panics if a reader sees half of a write, or if a write is lost.
pub fn mixed<S: Shared>(threads: u32, rounds: u64, period: u64, work: impl Work) -> Duration {
    at_work(
        threads,
        rounds,
        || Batch {
            numbers: S::fresh(),
            writes: OwnLine::default(),
        },
        |batch, me| {
            // Not all in the same round.
            let mut until_write = me as u64 * period / u64::from(threads);
            let mut writes = 0;
            for _ in 0..rounds {
                let numbers = black_box(&batch.numbers);
                if until_write == 0 {
                    until_write = period;
                    writes += 1;
                    numbers.write(|numbers| {
                        work();
                        add_one(numbers);
                    });
                } else {
                    numbers.read(|numbers| {
                        assert_equal(numbers);
                        work();
                    });
                }
                until_write -= 1;
            }
            batch.writes.0.fetch_add(writes, Ordering::Relaxed);
        },
        |batch, _| {
            let writes = batch.writes.0.load(Ordering::Relaxed);
            let numbers = batch.numbers.read(|numbers| *numbers);
            assert_eq!(numbers, [writes; 4], "left: what is there; right: writes");
        },
    )
}

/// What a writer does.
#[inline]
pub fn add_one(numbers: &mut Numbers) {
    for number in numbers {
        *number += 1;
    }
}

/// What a reader checks.
///
/// # Panics
///
/// Panics if the numbers are not equal.
#[inline]
pub fn assert_equal(numbers: &Numbers) {
    let [first, others @ ..] = numbers;
    assert!(
        others.iter().all(|other| other == first),
        "half of a write: {numbers:?}"
    );
}
