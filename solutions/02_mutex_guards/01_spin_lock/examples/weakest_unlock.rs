//! The same lock with three orderings of its unlock, each explored. Prints the weakest one that loses no update.

use std::sync::Arc;

use lanes::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use lanes::sync::{hint, thread};

// ANCHOR: body
fn add_one(locked: &AtomicBool, hits: &AtomicU32, unlock: Ordering) {
    while locked
        .compare_exchange(false, true, Acquire, Relaxed)
        .is_err()
    {
        hint::spin_loop();
    }
    hits.store(hits.load(Relaxed) + 1, Relaxed);
    locked.store(false, unlock);
}
// ANCHOR_END: body

/// What `hits` can be after two threads have added one.
fn loses_an_update(unlock: Ordering) -> bool {
    let outcomes = lanes::outcomes(move || {
        let shared = Arc::new((AtomicBool::new(false), AtomicU32::new(0)));
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || add_one(&shared.0, &shared.1, unlock)
        });
        add_one(&shared.0, &shared.1, unlock);
        other.join().unwrap();
        shared.1.load(Relaxed)
    });
    outcomes.contains(&1)
}

fn main() {
    let weakest = [Relaxed, Release, SeqCst]
        .into_iter()
        .find(|&unlock| !loses_an_update(unlock));
    println!("{:?}", weakest.expect("SeqCst is enough"));
}
