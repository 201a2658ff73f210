//! May I? What lets a call in: a rate limiter, and a circuit breaker.

use std::hint::black_box;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::Duration;

use bench_kit::crowded;
use governor::clock::FakeRelativeClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::ours::{circuit_breaker, token_bucket};

/// So many tokens that every call gets one, whatever the number of rounds.
pub const BURST: u32 = u32::MAX;
/// How long it takes until there is one more.
pub const INTERVAL: Duration = Duration::from_nanos(1);
/// The time of every call. None asks a real clock: that is not what is compared.
pub const NOW: Duration = Duration::from_secs(1);

/// The time in which each of so many threads takes a token, `rounds` times, [per thread](crowded).
///
/// # Panics
///
/// Panics if a thread gets none, or if not as many are gone as were taken.
pub fn taken<B: Bucket>(threads: u32, rounds: u64) -> Duration {
    crowded(
        threads,
        rounds,
        B::fresh,
        |bucket| assert!(black_box(bucket).take(), "there are tokens for all"),
        |bucket, all| bucket.assert_taken(all),
    )
}

/// A rate limiter with [`BURST`] tokens, at [`NOW`].
pub trait Bucket: Sync {
    /// A full one.
    fn fresh() -> Self;
    /// Takes a token, if there is one.
    fn take(&self) -> bool;
    /// Asserts that so many tokens are gone, as far as it can tell.
    fn assert_taken(&self, taken: u64);
}

/// Puts such a bucket behind [`Bucket`].
macro_rules! impl_bucket {
    ($bucket:ty) => {
        impl $crate::atomics::admission::Bucket for $bucket {
            fn fresh() -> Self {
                use $crate::atomics::admission::{BURST, INTERVAL};

                Self::new(BURST, INTERVAL)
            }

            #[inline]
            fn take(&self) -> bool {
                self.try_take(1, $crate::atomics::admission::NOW).is_ok()
            }

            fn assert_taken(&self, taken: u64) {
                use $crate::atomics::admission::{BURST, NOW};

                assert_eq!(u64::from(self.available(NOW)), u64::from(BURST) - taken);
            }
        }
    };
}

impl_bucket!(token_bucket::TokenBucket);

/// When the bucket will be full, in nanoseconds, behind a lock.
pub struct MutexBucket(Mutex<u64>);

impl Bucket for MutexBucket {
    fn fresh() -> Self {
        Self(Mutex::new(0))
    }

    #[inline]
    fn take(&self) -> bool {
        let now = NOW.as_nanos() as u64;
        let mut full_at = self.0.lock().expect("no holder panics in here");
        let next = (*full_at).max(now) + INTERVAL.as_nanos() as u64;
        let there = next - now <= u64::from(BURST);
        if there {
            *full_at = next;
        }
        there
    }

    fn assert_taken(&self, taken: u64) {
        let full_at = *self.0.lock().expect("no holder panics in here");
        assert_eq!(full_at, NOW.as_nanos() as u64 + taken);
    }
}

/// The rate limiter of that crate, with a clock that stands.
pub type Governor = RateLimiter<NotKeyed, InMemoryState, FakeRelativeClock, NoOpMiddleware<Nanos>>;

impl Bucket for Governor {
    fn fresh() -> Self {
        let quota = Quota::with_period(INTERVAL).expect("it is not zero");
        let burst = NonZeroU32::new(BURST).expect("it is not zero");
        Self::direct_with_clock(quota.allow_burst(burst), FakeRelativeClock::default())
    }

    #[inline]
    fn take(&self) -> bool {
        self.check().is_ok()
    }

    fn assert_taken(&self, _taken: u64) {
        // It does not say how many are left. That every call got one has been seen.
    }
}

/// The time in which each of so many threads is admitted and reports a success, `rounds` times,
/// [per thread](crowded).
///
/// # Panics
///
/// Panics if a thread is refused.
pub fn called<B: Breaker>(threads: u32, rounds: u64) -> Duration {
    crowded(
        threads,
        rounds,
        B::fresh,
        |breaker| assert!(black_box(breaker).call(), "nothing has failed"),
        |breaker, _| assert!(breaker.call(), "still closed"),
    )
}

/// How many results a breaker looks at.
pub const WINDOW: u32 = 20;
/// How many of them may be failures.
pub const BUDGET: u32 = 10;

/// A closed breaker.
pub trait Breaker: Sync {
    /// One that has seen nothing yet.
    fn fresh() -> Self;
    /// Is admitted, and reports a success.
    fn call(&self) -> bool;
}

/// Puts the `CircuitBreaker` of such a crate behind [`Breaker`].
macro_rules! impl_breaker {
    ($circuit_breaker:ident) => {
        impl $crate::atomics::admission::Breaker for $circuit_breaker::CircuitBreaker {
            fn fresh() -> Self {
                use std::time::Duration;

                let settings = $circuit_breaker::Settings {
                    window: $crate::atomics::admission::WINDOW,
                    budget: $crate::atomics::admission::BUDGET,
                    cool_down: Duration::ZERO,
                };
                Self::new(settings, || Duration::ZERO)
            }

            #[inline]
            fn call(&self) -> bool {
                self.admit().map(|permit| permit.success()).is_ok()
            }
        }
    };
}

impl_breaker!(circuit_breaker);

/// As much of a breaker as is needed while nothing fails, behind a lock.
pub struct MutexBreaker(Mutex<Closed>);

struct Closed {
    epoch: u64,
    results: u64,
    is_open: bool,
}

impl Breaker for MutexBreaker {
    fn fresh() -> Self {
        Self(Mutex::new(Closed {
            epoch: 0,
            results: 0,
            is_open: false,
        }))
    }

    #[inline]
    fn call(&self) -> bool {
        let admitted_in = {
            let state = self.0.lock().expect("no holder panics in here");
            if state.is_open {
                return false;
            }
            state.epoch
        };
        let mut state = self.0.lock().expect("no holder panics in here");
        if state.epoch == admitted_in {
            state.results = (state.results << 1) & ((1 << WINDOW) - 1);
            if state.results.count_ones() > BUDGET {
                state.is_open = true;
                state.epoch += 1;
            }
        }
        true
    }
}
