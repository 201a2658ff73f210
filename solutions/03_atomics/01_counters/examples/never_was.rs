//! What a reader may see of a count in two shards, while first 10 and then 1 are added.

use std::sync::Arc;

use lanes::sync;
use lanes::sync::thread;

/// The exercise's solution, on types that are explored.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!("../src/counters.rs");
}
use source::{Counter, ShardedCounter};

fn main() {
    for seen in lanes::outcomes(a_reader) {
        println!("{seen}");
    }
}

// ANCHOR: body
fn a_reader() -> u64 {
    let count = Arc::new(ShardedCounter::new(2));
    let reader = thread::spawn({
        let count = Arc::clone(&count);
        move || count.get()
    });
    count.add(10);
    let other = thread::spawn({
        let count = Arc::clone(&count);
        move || count.add(1) // at the other shard, and after the 10
    });
    other.join().unwrap();
    reader.join().unwrap()
}
// ANCHOR_END: body
