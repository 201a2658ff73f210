//! One count, kept four ways.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bench_kit::at_work;

use crate::ours::counters::{self, Counter as _};

/// How many shards a sharded counter has: as many as the largest crowd has threads.
pub const SHARDS: usize = 8;

/// A count that several threads add to.
pub trait Count: Sync {
    /// Adds one, so many times.
    fn add_ones(&self, rounds: u64);

    /// The sum.
    fn total(&self) -> u64;
}

/// Puts a counter behind [`Count`]. The trait `Counter` of its crate has to be in scope.
macro_rules! impl_counter {
    ($counter:ty) => {
        impl $crate::atomics::counters::Count for $counter {
            #[inline]
            fn add_ones(&self, rounds: u64) {
                for _ in 0..rounds {
                    std::hint::black_box(self).add(1);
                }
            }

            #[inline]
            fn total(&self) -> u64 {
                self.get()
            }
        }
    };
}

/// Puts a counter behind [`Count`] that hands out tallies: a thread has one for all that it adds.
macro_rules! impl_tallied_counter {
    ($counter:ty) => {
        impl $crate::atomics::counters::Count for $counter {
            #[inline]
            fn add_ones(&self, rounds: u64) {
                let mut tally = self.tally();
                for _ in 0..rounds {
                    std::hint::black_box(&mut tally).add(1);
                }
            }

            #[inline]
            fn total(&self) -> u64 {
                self.get()
            }
        }
    };
}

impl_counter!(counters::AtomicCounter);
impl_counter!(counters::LockedCounter);
impl_counter!(counters::ShardedCounter);
impl_tallied_counter!(counters::TalliedCounter);

/// The time in which each of so many threads adds one, `rounds` times, [per thread](bench_kit::crowded).
///
/// # Panics
///
/// Panics if the count is not the sum.
pub fn added<C: Count>(threads: u32, rounds: u64, fresh: impl Fn() -> C) -> Duration {
    at_work(
        threads,
        rounds,
        fresh,
        |count, _| count.add_ones(rounds),
        |count, all| assert_eq!(count.total(), all),
    )
}

/// `rounds` rounds on one thread.
pub fn repeat<T>(shared: &T, rounds: u64, round: impl Fn(&T)) -> Duration {
    let start = Instant::now();
    for _ in 0..rounds {
        round(black_box(shared));
    }
    start.elapsed()
}
