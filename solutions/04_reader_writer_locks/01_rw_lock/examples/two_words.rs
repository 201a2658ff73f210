//! A word for the reader and a word for the writer: who can be in at the end, with every access Acquire and Release.

use std::sync::Arc;

use lanes::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use lanes::sync::atomic::{AtomicBool, AtomicU16};
use lanes::sync::thread;

fn main() {
    let ends = lanes::outcomes(one_of_each);
    for (reads, writes) in &ends {
        println!("the reader is in: {reads}, the writer is in: {writes}");
    }
    let both = ends.contains(&(true, true));
    println!("{}", if both { "both" } else { "one" });
}

// ANCHOR: body
struct Lock {
    readers: AtomicU16,
    writing: AtomicBool,
}

fn try_read(lock: &Lock) -> bool {
    lock.readers.fetch_add(1, AcqRel); // I am in ...
    !lock.writing.load(Acquire) // ... unless you are
}

fn try_write(lock: &Lock) -> bool {
    lock.writing.store(true, Release); // I am in ...
    lock.readers.load(Acquire) == 0 // ... unless you are
}
// ANCHOR_END: body

fn one_of_each() -> (bool, bool) {
    let lock = Arc::new(Lock {
        readers: AtomicU16::new(0),
        writing: AtomicBool::new(false),
    });
    let writer = thread::spawn({
        let lock = Arc::clone(&lock);
        move || try_write(&lock)
    });
    (try_read(&lock), writer.join().unwrap())
}
