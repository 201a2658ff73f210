//! What a pop can say right after a push, in a ring where a slot without an item means empty.

use std::sync::Arc;

use lanes::sync;
use lanes::sync::thread;

/// The ring that asks nothing but the slot.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/05_lock_free_queues/02_mpmc_ring/pitfalls/as_vyukov_answers.rs"
    ));
}
use source::MpmcRing;

fn main() {
    for popped in lanes::outcomes(two_threads) {
        println!("{popped:?}");
    }
}

// ANCHOR: body
fn two_threads() -> Option<u32> {
    let ring = Arc::new(MpmcRing::new(2));
    let other = thread::spawn({
        let ring = Arc::clone(&ring);
        move || ring.try_push(1)
    });

    ring.try_push(2).unwrap();
    let popped = ring.try_pop();

    other.join().unwrap().unwrap();
    popped
}
// ANCHOR_END: body
