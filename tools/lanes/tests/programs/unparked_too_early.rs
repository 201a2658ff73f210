//! A `park` that is taken for a message: it may come back for no reason.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::thread;

pub(crate) fn program() {
    let sent = Arc::new(AtomicBool::new(false));
    let receiver = thread::spawn({
        let sent = Arc::clone(&sent);
        move || {
            if !sent.load(Ordering::Acquire) {
                thread::park();
            }
            assert!(sent.load(Ordering::Acquire), "nothing was sent");
        }
    });
    sent.store(true, Ordering::Release);
    receiver.thread().unpark();
    receiver.join().unwrap();
}
