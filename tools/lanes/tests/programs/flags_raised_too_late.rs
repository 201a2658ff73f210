//! Each raises a flag, and goes in if the other's is down. Without `SeqCst` both can find the other's down.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::thread;

struct Room {
    left: AtomicBool,
    right: AtomicBool,
    visitors: UnsafeCell<u32>,
}

// SAFETY: not at all: that is the bug.
unsafe impl Sync for Room {}

impl Room {
    fn enter(&self, mine: &AtomicBool, theirs: &AtomicBool) {
        mine.store(true, Ordering::Release);
        if !theirs.load(Ordering::Acquire) {
            self.visitors.with_mut(|visitors| {
                // SAFETY: the room outlives this call; the flags should keep the other out.
                unsafe { *visitors += 1 };
            });
        }
    }
}

pub(crate) fn program() {
    let room = Arc::new(Room {
        left: AtomicBool::new(false),
        right: AtomicBool::new(false),
        visitors: UnsafeCell::new(0),
    });
    let other = thread::spawn({
        let room = Arc::clone(&room);
        move || room.enter(&room.right, &room.left)
    });
    room.enter(&room.left, &room.right);
    other.join().unwrap();
}
