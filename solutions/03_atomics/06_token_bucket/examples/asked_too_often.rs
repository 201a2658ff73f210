//! What a bucket gives that counts tokens, if it is asked more often than they come.

use std::time::Duration;

use lanes_std::sync;

/// The bucket that notes the time of every call.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/03_atomics/06_token_bucket/pitfalls/remainder_lost.rs"
    ));
}
use source::TokenBucket;

fn main() {
    // ANCHOR: body
    let bucket = TokenBucket::new(1, Duration::from_millis(10));
    let mut given = 0;
    for n in 0..=100 {
        let now = Duration::from_millis(7 * n);
        if bucket.try_take(1, now).is_ok() {
            given += 1;
        }
    }
    println!("{given}");
    // ANCHOR_END: body
}
