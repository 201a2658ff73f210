//! The one that changes the condition notifies another condition variable than the one on which somebody sleeps.

use std::sync::Arc;

use lanes::sync::{Condvar, Mutex, thread};

struct Room {
    free: Mutex<bool>,
    readers: Condvar,
    writers: Condvar,
}

pub(crate) fn program() {
    let room = Arc::new(Room {
        free: Mutex::new(false),
        readers: Condvar::new(),
        writers: Condvar::new(),
    });
    let other = thread::spawn({
        let room = Arc::clone(&room);
        move || {
            *room.free.lock().unwrap() = true;
            room.writers.notify_all();
        }
    });
    let mut free = room.free.lock().unwrap();
    while !*free {
        free = room.readers.wait(free).unwrap();
    }
    drop(free);
    other.join().unwrap();
}
