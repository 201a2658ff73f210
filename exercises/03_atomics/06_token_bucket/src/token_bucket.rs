use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::sync::atomic::{AtomicU64, Ordering};

/// The latest representable moment: 292 years, in nanoseconds. It is half the range of the word, so
/// a moment plus the time in which a bucket fills never overflows.
const LATEST: u64 = u64::MAX / 2;

/// A rate limiter: it holds at most `burst` tokens, and gains one every `interval` while it is not
/// full.
///
/// Its state is one moment, `full_at`: when it will be full again if no more tokens are taken.
/// Everything else follows from that and the current time:
///
/// | `full_at` lies | tokens in the bucket |
/// |---|---|
/// | at `now`, or before | `burst`: it is full |
/// | after `now` | `burst` less one for each interval, begun or whole, from `now` to `full_at` |
///
/// Taking a token moves `full_at` one interval later.
///
/// # Time
///
/// The caller passes the time: `now` is the time elapsed since some fixed moment, the same one for
/// every call (such as [`Instant::elapsed`](std::time::Instant::elapsed) of a start time). Times
/// may come in any order. A late call is judged by what was left at its *earlier* time, and takes
/// from the shared supply. Times are clamped to 292 years.
///
/// # Guarantee
///
/// The calls whose `now` lies between two moments never get more tokens than `burst`, plus one for
/// each whole interval between the two. No token is lost, except while the bucket is full.
///
/// # Ordering
///
/// None: a bucket protects no other memory, so taking a token does not synchronize with other
/// calls.
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
    /// The only mutable state.
    full_at: AtomicU64,
    /// The time between two tokens, in nanoseconds.
    interval: u64,
    /// How many tokens there are in a full bucket.
    burst: u32,
    /// How long an empty bucket takes to fill, in nanoseconds: `burst` intervals, and no more than [`LATEST`].
    fills_in: u64,
}

impl TokenBucket {
    /// Makes a full bucket.
    ///
    /// A rate is given as its interval: ten a second is one every 100 ms. If that is no whole
    /// number of nanoseconds, you decide: rounding up gives a slightly lower rate, rounding down a
    /// slightly higher one.
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
    /// Takes `tokens` at once, or none. Never blocks. No tokens at all are always there.
    ///
    /// # Errors
    ///
    /// [`Refused`], which says whether waiting helps. Then nothing has changed.
    pub fn try_take(&self, tokens: u32, now: Duration) -> Result<(), Refused> {
        todo!(
            "move `full_at` by what the tokens cost, in one step, unless that is too far from now"
        )
    }
    // ANCHOR_END: try_take

    // ANCHOR: available
    /// How many tokens could be taken at `now`: a snapshot, which may be stale by
    /// the time you use it.
    pub fn available(&self, now: Duration) -> u32 {
        todo!("count what is there at `now`, by `full_at`")
    }
    // ANCHOR_END: available
}

/// Given: a moment in nanoseconds, clamped to `LATEST`.
fn nanos(now: Duration) -> u64 {
    now.as_nanos().min(u128::from(LATEST)) as u64
}

/// Why [`TokenBucket::try_take`] gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Enough tokens will be available after this time, and not before, if no other call takes any
    /// meanwhile.
    Wait(Duration),
    /// More than the bucket ever holds: waiting does not help.
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
