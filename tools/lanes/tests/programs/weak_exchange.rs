//! A weak compare-exchange that is not tried again: it may fail though the value is as expected.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let state = Arc::new(AtomicU32::new(0));
    let reader = thread::spawn({
        let state = Arc::clone(&state);
        move || state.load(Ordering::Acquire)
    });
    let started =
        state.compare_exchange_weak(0, 1, Ordering::AcqRel, Ordering::Acquire).is_ok();
    assert!(started, "nobody else starts it");
    reader.join().unwrap();
}
