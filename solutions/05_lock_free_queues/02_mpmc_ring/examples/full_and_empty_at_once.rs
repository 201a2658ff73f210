//! What the two ends of a ring without fences can be told at the same time.

use lanes::sync;
use lanes::sync::thread;

/// The ring of the exercise before this one.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: its library is linted once"
)]
mod source {
    include!("../../01_spsc_ring/src/spsc_ring.rs");
}
use source::ring;

fn main() {
    for (full, empty) in lanes::outcomes(two_ends) {
        println!(
            "{}",
            match (full, empty) {
                (false, false) => "neither",
                (false, true) => "empty",
                (true, false) => "full",
                (true, true) => "full and empty",
            }
        );
    }
}

// ANCHOR: body
fn two_ends() -> (bool, bool) {
    let (mut producer, mut consumer) = ring(2);
    producer.try_push(1).unwrap();
    let other = thread::spawn(move || {
        consumer.try_pop().unwrap();
        consumer.try_pop().is_none()
    });

    producer.try_push(2).unwrap();
    let full = producer.try_push(3).is_err();
    let empty = other.join().unwrap();
    (full, empty)
}
// ANCHOR_END: body
