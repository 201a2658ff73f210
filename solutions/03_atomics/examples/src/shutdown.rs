//! A worker announces that it has stopped, and another thread looks at what it has done.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use lanes::sync::{hint, thread};

// ANCHOR: body
/// What the log says: how many orders were saved before the worker stopped.
pub fn shut_down() -> u32 {
    let saved = Arc::new(AtomicU32::new(0));
    let stopped = Arc::new(AtomicBool::new(false));

    thread::spawn({
        let (saved, stopped) = (Arc::clone(&saved), Arc::clone(&stopped));
        move || {
            saved.fetch_add(1, Relaxed); // the last two orders
            saved.fetch_add(1, Relaxed);
            stopped.store(true, Relaxed);
        }
    });
    while !stopped.load(Relaxed) {
        hint::spin_loop();
    }
    saved.load(Relaxed)
}
// ANCHOR_END: body
