//! Does whoever waits sleep? A model can tell: it ends in a deadlock, as it should here.

use std::sync::Arc;

use lanes::sleeps;

use crate::models::RwLock;
use crate::sync::thread;

/// Waiting is sleeping. Where nobody ever goes, whoever waits sleeps for ever, and the model sees a deadlock; who
/// looks again and again is awake, and takes a processor away from those it waits for.
#[test]
fn whoever_waits_sleeps() {
    sleeps("a `write` while a reader is in", || {
        let lock = RwLock::new(0);
        let _reader = lock.read();
        drop(lock.write());
    });
    sleeps("a `write` while a writer is in", || {
        let lock = RwLock::new(0);
        let _writer = lock.write();
        drop(lock.write());
    });
    sleeps("a `read` while a writer is in", || {
        let lock = RwLock::new(0);
        let _writer = lock.write();
        drop(lock.read());
    });
}

/// The price: a thread that reads twice, with a writer that begins to wait in between, waits for itself.
#[test]
fn a_second_read_waits_for_a_writer_that_waits_for_the_first() {
    sleeps(
        "a second `read` behind a writer that waits for the first",
        || {
            let lock = Arc::new(RwLock::new(0));
            let _first = lock.read();
            thread::spawn({
                let lock = Arc::clone(&lock);
                move || drop(lock.write())
            });
            drop(lock.read());
        },
    );
}
