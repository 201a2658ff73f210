//! May I? What it costs to be let in by a rate limiter, and by a circuit breaker.

use std::hint::black_box;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::Duration;

use benches::{Comparison, crowded, crowds, named};
use criterion::Criterion;
use governor::clock::FakeRelativeClock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use our_circuit_breaker::{CircuitBreaker, Settings};
use our_token_bucket::TokenBucket;

/// So many tokens that every call gets one, whatever the number of rounds.
const BURST: u32 = u32::MAX;
const INTERVAL: Duration = Duration::from_nanos(1);
/// The time of every call. None asks a real clock: that is not what is compared.
const NOW: Duration = Duration::from_secs(1);

/// Several threads take a token each, and get it.
pub(crate) fn token(criterion: &mut Criterion) {
    let mut comparison =
        Comparison::new("token", "Several threads take a token").with_crate("governor");
    for threads in crowds() {
        let baseline = named("the same under a Mutex", threads);
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                taken::<MutexBucket>(threads, n)
            })
            .row(named("governor", threads), Some(&baseline), move |n| {
                taken::<Governor>(threads, n)
            })
            .row(named("TokenBucket", threads), Some(&baseline), move |n| {
                taken::<TokenBucket>(threads, n)
            });
        #[cfg(feature = "mine")]
        {
            comparison = comparison.my_row(
                named("my TokenBucket", threads),
                Some(&baseline),
                "token_bucket",
                move |n| taken::<my_token_bucket::TokenBucket>(threads, n),
            );
        }
    }
    comparison.run(criterion);
}

pub(crate) fn taken<B: Bucket>(threads: u32, rounds: u64) -> Duration {
    crowded(
        threads,
        rounds,
        B::fresh,
        |bucket| assert!(black_box(bucket).take(), "there are tokens for everybody"),
        |bucket, all| bucket.assert_taken(all),
    )
}

/// A rate limiter with [`BURST`] tokens, at [`NOW`].
pub(crate) trait Bucket: Sync {
    fn fresh() -> Self;
    fn take(&self) -> bool;
    /// Asserts that so many tokens are gone, as far as it can tell.
    fn assert_taken(&self, taken: u64);
}

impl Bucket for TokenBucket {
    fn fresh() -> Self {
        Self::new(BURST, INTERVAL)
    }

    fn take(&self) -> bool {
        self.try_take(1, NOW).is_ok()
    }

    fn assert_taken(&self, taken: u64) {
        assert_eq!(u64::from(self.available(NOW)), u64::from(BURST) - taken);
    }
}

#[cfg(feature = "mine")]
impl Bucket for my_token_bucket::TokenBucket {
    fn fresh() -> Self {
        Self::new(BURST, INTERVAL)
    }

    fn take(&self) -> bool {
        self.try_take(1, NOW).is_ok()
    }

    fn assert_taken(&self, taken: u64) {
        assert_eq!(u64::from(self.available(NOW)), u64::from(BURST) - taken);
    }
}

/// When the bucket will be full, in nanoseconds, behind a lock.
struct MutexBucket(Mutex<u64>);

impl Bucket for MutexBucket {
    fn fresh() -> Self {
        Self(Mutex::new(0))
    }

    fn take(&self) -> bool {
        let now = NOW.as_nanos() as u64;
        let mut full_at = self.0.lock().expect("nobody panics in here");
        let next = (*full_at).max(now) + INTERVAL.as_nanos() as u64;
        let there = next - now <= u64::from(BURST);
        if there {
            *full_at = next;
        }
        there
    }

    fn assert_taken(&self, taken: u64) {
        let full_at = *self.0.lock().expect("nobody panics in here");
        assert_eq!(full_at, NOW.as_nanos() as u64 + taken);
    }
}

pub(crate) type Governor =
    RateLimiter<NotKeyed, InMemoryState, FakeRelativeClock, NoOpMiddleware<Nanos>>;

impl Bucket for Governor {
    fn fresh() -> Self {
        let quota = Quota::with_period(INTERVAL).expect("it is not zero");
        let burst = NonZeroU32::new(BURST).expect("it is not zero");
        Self::direct_with_clock(quota.allow_burst(burst), FakeRelativeClock::default())
    }

    fn take(&self) -> bool {
        self.check().is_ok()
    }

    fn assert_taken(&self, _taken: u64) {
        // It does not say how many are left. That every call got one has been seen.
    }
}

/// Several threads are admitted by a closed breaker, and report a success.
pub(crate) fn permit(criterion: &mut Criterion) {
    let mut comparison =
        Comparison::new("permit", "Several threads: get a permit, report a success");
    for threads in crowds() {
        let baseline = named("the same under a Mutex", threads);
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                called::<MutexBreaker>(threads, n)
            })
            .row(
                named("CircuitBreaker", threads),
                Some(&baseline),
                move |n| called::<CircuitBreaker>(threads, n),
            );
        #[cfg(feature = "mine")]
        {
            comparison = comparison.my_row(
                named("my CircuitBreaker", threads),
                Some(&baseline),
                "circuit_breaker",
                move |n| called::<my_circuit_breaker::CircuitBreaker>(threads, n),
            );
        }
    }
    comparison.run(criterion);
}

fn called<B: Breaker>(threads: u32, rounds: u64) -> Duration {
    crowded(
        threads,
        rounds,
        B::fresh,
        |breaker| assert!(black_box(breaker).call(), "nothing has failed"),
        |breaker, _| assert!(breaker.call(), "still closed"),
    )
}

const WINDOW: u32 = 20;
const BUDGET: u32 = 10;

/// A closed breaker.
trait Breaker: Sync {
    fn fresh() -> Self;
    /// Is admitted, and reports a success.
    fn call(&self) -> bool;
}

impl Breaker for CircuitBreaker {
    fn fresh() -> Self {
        let settings = Settings {
            window: WINDOW,
            budget: BUDGET,
            cool_down: Duration::ZERO,
        };
        Self::new(settings, || Duration::ZERO)
    }

    fn call(&self) -> bool {
        self.admit().map(|permit| permit.success()).is_ok()
    }
}

#[cfg(feature = "mine")]
impl Breaker for my_circuit_breaker::CircuitBreaker {
    fn fresh() -> Self {
        let settings = my_circuit_breaker::Settings {
            window: WINDOW,
            budget: BUDGET,
            cool_down: Duration::ZERO,
        };
        Self::new(settings, || Duration::ZERO)
    }

    fn call(&self) -> bool {
        self.admit().map(|permit| permit.success()).is_ok()
    }
}

/// As much of a breaker as is needed while nothing fails, behind a lock.
struct MutexBreaker(Mutex<Closed>);

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

    fn call(&self) -> bool {
        let admitted_in = {
            let state = self.0.lock().expect("nobody panics in here");
            if state.is_open {
                return false;
            }
            state.epoch
        };
        let mut state = self.0.lock().expect("nobody panics in here");
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
