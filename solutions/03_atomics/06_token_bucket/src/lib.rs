//! A lock-free rate limiter: so many tokens at once, and one more each interval.

use lanes_std::sync;

mod token_bucket;
pub use token_bucket::{Refused, TokenBucket};
