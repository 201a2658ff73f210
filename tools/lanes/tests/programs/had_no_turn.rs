//! A sleep taken for an order: the other thread need not have run.

use std::sync::Arc;
use std::time::Duration;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let done = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let done = Arc::clone(&done);
        move || done.store(true, Ordering::Release)
    });
    thread::sleep(Duration::from_millis(100));
    assert!(done.load(Ordering::Acquire), "it had a tenth of a second");
    other.join().unwrap();
}
