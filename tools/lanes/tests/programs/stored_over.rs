//! A reset that is a plain store covers a second notification, and what came with that is missed: the bug that `std`'s own
//! `park` once had.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let notified = Arc::new(AtomicU32::new(0));
    let ready = Arc::new(AtomicBool::new(false));
    let other = thread::spawn({
        let (notified, ready) = (Arc::clone(&notified), Arc::clone(&ready));
        move || {
            notified.swap(1, Ordering::AcqRel);
            ready.store(true, Ordering::Relaxed);
            notified.swap(1, Ordering::AcqRel);
        }
    });
    if notified.load(Ordering::Acquire) == 1 {
        notified.store(0, Ordering::Relaxed);
        if !ready.load(Ordering::Relaxed) {
            other.join().unwrap();
            let again = notified.load(Ordering::Relaxed);
            assert_eq!(again, 1, "neither ready nor notified: it would sleep for ever");
        }
    }
}
