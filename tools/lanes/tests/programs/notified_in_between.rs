//! The condition is changed without the lock: between the check and the wait.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering};
use lanes::sync::{Condvar, Mutex, thread};

struct Door {
    open: AtomicBool,
    lock: Mutex<()>,
    opened: Condvar,
}

pub(crate) fn program() {
    let door = Arc::new(Door {
        open: AtomicBool::new(false),
        lock: Mutex::new(()),
        opened: Condvar::new(),
    });
    let porter = thread::spawn({
        let door = Arc::clone(&door);
        move || {
            door.open.store(true, Ordering::Release);
            door.opened.notify_one();
        }
    });
    let mut guard = door.lock.lock().unwrap();
    while !door.open.load(Ordering::Acquire) {
        guard = door.opened.wait(guard).unwrap();
    }
    drop(guard);
    porter.join().unwrap();
}
