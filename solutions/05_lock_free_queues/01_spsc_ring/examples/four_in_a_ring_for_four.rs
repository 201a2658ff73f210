//! What comes out of a full ring whose positions are the numbers of its slots.

use lanes_std::sync;

/// The ring whose positions go round with the slots.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/05_lock_free_queues/01_spsc_ring/pitfalls/positions_inside_the_ring.rs"
    ));
}
use source::ring;

fn main() {
    // ANCHOR: body
    let (mut producer, mut consumer) = ring(4);
    for n in 1..=4 {
        producer.try_push(n).expect("there is room for four");
    }
    println!("{:?}", consumer.try_pop());
    // ANCHOR_END: body
}
