//! A lock and an atomic, as one uses them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

fn main() {
    // ANCHOR: mutex
    let names = Mutex::new(Vec::new());
    let mut open = names.lock().unwrap(); // ours from here on
    open.push("Ada");
    drop(open); // or where its scope ends
    let count = names.lock().unwrap().len(); // no name: until the statement ends
    // ANCHOR_END: mutex

    // ANCHOR: atomic
    let longest_queue = AtomicU64::new(0);
    longest_queue.fetch_max(12, Ordering::Relaxed); // look, compare and change: one step
    // ANCHOR_END: atomic

    println!("{count}, {}", longest_queue.load(Ordering::Relaxed));
}
