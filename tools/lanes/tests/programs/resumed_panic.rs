//! A panic that was raised by `resume_unwind`, and that nobody catches.

use std::panic;
use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let cancelled = Arc::new(AtomicBool::new(false));
    let worker = thread::spawn({
        let cancelled = Arc::clone(&cancelled);
        move || {
            if cancelled.load(Ordering::Acquire) {
                panic::resume_unwind(Box::new("cancelled"));
            }
        }
    });
    cancelled.store(true, Ordering::Release);
    worker.join().unwrap();
}
