//! assertion: a weak compare-exchange may fail for no reason, and nobody tries again.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

pub fn program() {
    let state = Arc::new(AtomicU32::new(0));
    let other = thread::spawn({
        let state = Arc::clone(&state);
        move || {
            let _ = state.compare_exchange_weak(0, 1, Ordering::AcqRel, Ordering::Relaxed);
        }
    });
    other.join().unwrap();
    assert_eq!(
        state.load(Ordering::Acquire),
        1,
        "nobody was in the way, and still it failed"
    );
}
