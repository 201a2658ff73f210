//! Each thread waits, politely, for the other to go first.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::{hint, thread};

fn wait_then_go(theirs: &AtomicBool, ours: &AtomicBool) {
    while !theirs.load(Ordering::Acquire) {
        hint::spin_loop();
    }
    ours.store(true, Ordering::Release);
}

pub(crate) fn program() {
    let left = Arc::new(AtomicBool::new(false));
    let right = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let (left, right) = (Arc::clone(&left), Arc::clone(&right));
        move || wait_then_go(&left, &right)
    });
    wait_then_go(&right, &left);
    other.join().unwrap();
}
