//! Every result that a `pop` which waits under `if` can have, while another thread pushes and pops too.

use std::sync::Arc;

use lanes::sync;
use lanes::sync::thread;

/// The queue with an `if` in `pop`.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/02_mutex_guards/04_bounded_queue/pitfalls/if_for_while_in_pop.rs"
    ));
}
use source::BoundedQueue;

fn main() {
    for result in lanes::outcomes(two_threads) {
        println!("{result:?}");
    }
}

// ANCHOR: body
fn two_threads() -> Option<u32> {
    let queue = Arc::new(BoundedQueue::new(1));
    let popper = thread::spawn({
        let queue = Arc::clone(&queue);
        move || queue.pop()
    });

    queue.push(7).unwrap();
    if queue.try_pop().is_ok() {
        queue.push(8).unwrap();
    }
    popper.join().unwrap()
}
// ANCHOR_END: body
