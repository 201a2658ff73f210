//! Every number of hits that two threads can end with, if the lock's unlock is `Relaxed`.

use std::sync::Arc;

use lanes::sync;
use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
use lanes::sync::thread;

/// The lock with a `Relaxed` unlock.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/02_mutex_guards/01_spin_lock/pitfalls/relaxed_unlock.rs"
    ));
}
use source::SpinLock;

fn main() {
    for hits in lanes::outcomes(two_threads) {
        println!("{hits}");
    }
}

// ANCHOR: body
fn two_threads() -> u32 {
    // The number lies beside the lock, and is an atomic: so a wrong lock is not undefined behaviour.
    let shared = Arc::new((SpinLock::new(()), AtomicU32::new(0)));
    let add_one = |(lock, hits): &(SpinLock<()>, AtomicU32)| {
        let _guard = lock.lock();
        hits.store(hits.load(Relaxed) + 1, Relaxed);
    };

    let other = thread::spawn({
        let shared = Arc::clone(&shared);
        move || add_one(&shared)
    });
    add_one(&shared);
    other.join().unwrap();
    shared.1.load(Relaxed)
}
// ANCHOR_END: body
