//! Readers that write: a read-lock keeps no other reader out.

use std::sync::Arc;

use lanes::sync::cell::UnsafeCell;
use lanes::sync::{RwLock, thread};

struct Shared {
    lock: RwLock<()>,
    hits: UnsafeCell<u32>,
}

// SAFETY: none: this is the bug.
unsafe impl Sync for Shared {}

fn visit(shared: &Shared) {
    let _guard = shared.lock.read().unwrap();
    // SAFETY: none: this is the bug.
    shared.hits.with_mut(|hits| unsafe { *hits += 1 });
}

pub(crate) fn program() {
    let shared = Arc::new(Shared {
        lock: RwLock::new(()),
        hits: UnsafeCell::new(0),
    });
    let other = thread::spawn({
        let shared = Arc::clone(&shared);
        move || visit(&shared)
    });
    visit(&shared);
    other.join().unwrap();
}
