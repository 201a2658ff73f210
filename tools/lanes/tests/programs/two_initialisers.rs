//! assertion: both threads find it uninitialised, and both initialise.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use lanes::sync::thread;

fn initialise_once(initialised: &AtomicBool, runs: &AtomicU32) {
    if !initialised.load(Ordering::Acquire) {
        runs.fetch_add(1, Ordering::Relaxed);
        initialised.store(true, Ordering::Release);
    }
}

pub fn program() {
    let shared = Arc::new((AtomicBool::new(false), AtomicU32::new(0)));
    let other = thread::spawn({
        let shared = Arc::clone(&shared);
        move || initialise_once(&shared.0, &shared.1)
    });
    initialise_once(&shared.0, &shared.1);
    other.join().unwrap();
    assert_eq!(shared.1.load(Ordering::Relaxed), 1, "initialised twice");
}
