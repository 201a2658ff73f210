//! Which states a breaker can end in, if its epoch begins with the closing.

use std::sync::Arc;
use std::time::Duration;

use lanes::sync;
use lanes::sync::thread;

/// The breaker whose epoch does not end when it opens.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/03_atomics/07_circuit_breaker/pitfalls/epoch_begins_with_closing.rs"
    ));
}
use source::{CircuitBreaker, Settings};

fn main() {
    for state in lanes::outcomes(two_threads) {
        println!("{state}");
    }
}

// ANCHOR: body
fn two_threads() -> String {
    let settings = Settings {
        window: 1,
        budget: 0,
        cool_down: Duration::ZERO,
    };
    let breaker = Arc::new(CircuitBreaker::new(settings, || Duration::ZERO));
    let slow = breaker.admit().unwrap();

    let other = thread::spawn({
        let breaker = Arc::clone(&breaker);
        move || {
            breaker.admit().unwrap().failure(); // opens
            let probe = breaker.admit().unwrap(); // half-open
            std::mem::forget(probe); // and still on its way
        }
    });
    slow.success();
    other.join().unwrap();
    format!("{:?}", breaker.state())
}
// ANCHOR_END: body
