//! How many of two threads can get the last token, if looking and taking are two steps.

use std::sync::Arc;
use std::time::Duration;

use lanes::sync;
use lanes::sync::thread;

/// The bucket with a load, and then a store.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/03_atomics/06_token_bucket/pitfalls/load_then_store.rs"
    ));
}
use source::TokenBucket;

fn main() {
    for given in lanes::outcomes(two_threads) {
        println!("{given}");
    }
}

// ANCHOR: body
fn two_threads() -> u32 {
    let bucket = Arc::new(TokenBucket::new(1, Duration::from_secs(1)));
    let take_one = |bucket: &TokenBucket| u32::from(bucket.try_take(1, Duration::ZERO).is_ok());

    let other = thread::spawn({
        let bucket = Arc::clone(&bucket);
        move || take_one(&bucket)
    });
    take_one(&bucket) + other.join().unwrap()
}
// ANCHOR_END: body
