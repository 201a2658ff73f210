// Pitfall: subtracts `full_at` from a time that was always the later one, when one thread tried it.
// Caught by: behaviour::time_that_goes_back_earns_nothing
// Because: attempt to subtract with overflow
// Lesson: Two threads read the clock in one order and come to the word in the other: a time that goes back is no broken clock, it is what several threads look like.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::sync::atomic::{AtomicU64, Ordering};

/// The latest moment that a bucket tells from later ones: 292 years, in nanoseconds. It is half of what the
/// word can hold, so that a moment and the time in which a bucket fills always fit in together.
const LATEST: u64 = u64::MAX / 2;

/// A rate limiter: it holds at most `burst` tokens, and gets one each `interval` while it is not full.
///
/// What it remembers is one moment, `full_at`: when it will be full again if nobody takes anything. Everything
/// else follows from that and from what time it is:
///
/// | `full_at` lies | tokens in the bucket |
/// |---|---|
/// | at `now`, or before | `burst`: it is full |
/// | after `now` | `burst` less one for each interval, begun or whole, from `now` to `full_at` |
///
/// A token taken moves `full_at` one interval later.
///
/// # Time
///
/// The caller says what time it is: `now` is how long ago some fixed moment was, the same one for every call
/// (a start that you remember, [`Instant::elapsed`](std::time::Instant::elapsed)). Times may come in any order.
/// Whoever is late finds what is left at the *earlier* time, and takes it from everybody. Times beyond 292
/// years count as that.
///
/// # Guarantee
///
/// Of all calls whose `now` lies between two moments, never do more get a token than `burst` and one for each
/// whole interval between the two. No token is lost but those that find the bucket full.
///
/// # Ordering
///
/// None: a bucket protects no other memory, so who gets a token learns nothing of what others have done.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use token_bucket::{Refused, TokenBucket};
///
/// // Ten a second, and two at once.
/// let bucket = TokenBucket::new(2, Duration::from_millis(100));
/// let now = Duration::from_secs(5);
/// assert_eq!(bucket.try_take(2, now), Ok(()));
/// assert_eq!(bucket.try_take(1, now), Err(Refused::Wait(Duration::from_millis(100))));
/// assert_eq!(bucket.try_take(1, now + Duration::from_millis(100)), Ok(()));
/// ```
pub struct TokenBucket {
    /// All that changes.
    full_at: AtomicU64,
    /// Between two tokens, in nanoseconds.
    interval: u64,
    /// How many tokens there are in a full bucket.
    burst: u32,
    /// How long an empty bucket takes to fill, in nanoseconds: `burst` intervals, and no more than [`LATEST`].
    fills_in: u64,
}

impl TokenBucket {
    /// Makes a full bucket.
    ///
    /// A rate is given as its interval: ten a second is one each 100 ms. Where an interval is no whole number of
    /// nanoseconds, you decide: rounded up it is a little less than the rate, rounded down a little more.
    ///
    /// # Panics
    ///
    /// Panics if `burst` or `interval` is zero, or if an empty bucket would take more than 292 years to fill.
    pub fn new(burst: u32, interval: Duration) -> Self {
        assert!(burst > 0, "a bucket without room never gives a token");
        assert!(!interval.is_zero(), "one token each 0 ns is no limit");
        let fills_in = interval.as_nanos().saturating_mul(u128::from(burst));
        assert!(
            fills_in <= u128::from(LATEST),
            "{burst} tokens, one each {interval:?}: that is more than 292 years"
        );
        Self {
            full_at: AtomicU64::new(0),
            interval: fills_in as u64 / u64::from(burst),
            burst,
            fills_in: fills_in as u64,
        }
    }

    // ANCHOR: try_take
    /// Takes `tokens` at once, or none. Never waits.
    ///
    /// # Errors
    ///
    /// [`Refused`], which says whether waiting helps. A refused call changes nothing.
    pub fn try_take(&self, tokens: u32, now: Duration) -> Result<(), Refused> {
        if tokens > self.burst {
            return Err(Refused::TooMany);
        }
        let now = nanos(now);
        let cost = self.interval * u64::from(tokens);
        let mut full_at = self.full_at.load(Ordering::Relaxed);
        loop {
            // When the bucket was empty, or would have been; a full one was empty one filling ago.
            let empty_at = full_at.max(now).saturating_sub(self.fills_in);
            let there = now - empty_at;
            if there < cost {
                return Err(Refused::Wait(Duration::from_nanos(cost - there)));
            }
            match self.full_at.compare_exchange_weak(
                full_at,
                full_at.max(now) + cost,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(()),
                Err(current) => full_at = current,
            }
        }
    }
    // ANCHOR_END: try_take

    // ANCHOR: available
    /// How many tokens could be taken at `now`: a snapshot, which may be old by the time you look at it.
    pub fn available(&self, now: Duration) -> u32 {
        let full_at = self.full_at.load(Ordering::Relaxed); // as in `try_take`
        let missing = full_at.saturating_sub(nanos(now));
        let there = self.fills_in.saturating_sub(missing) / self.interval;
        there as u32 // at most `burst`
    }
    // ANCHOR_END: available
}

/// Given: a moment as the bucket counts it.
fn nanos(now: Duration) -> u64 {
    now.as_nanos().min(u128::from(LATEST)) as u64
}

/// Why [`TokenBucket::try_take`] gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Enough tokens will be there after this time, and not before, if nobody takes any meanwhile.
    Wait(Duration),
    /// More than the bucket ever holds: waiting is of no use.
    TooMany,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wait(time) => write!(f, "too soon: try again in {time:?}"),
            Self::TooMany => f.write_str("more tokens than the bucket ever holds"),
        }
    }
}

impl Error for Refused {}
