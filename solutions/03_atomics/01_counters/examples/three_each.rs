//! Two threads add one, three times each, by a load and a store: what may be left.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering::SeqCst};
use lanes::sync::thread;

fn main() {
    for count in lanes::outcomes(three_each) {
        println!("{count}");
    }
}

// ANCHOR: body
fn three_each() -> u32 {
    let count = Arc::new(AtomicU32::new(0));
    let add_three = |count: &AtomicU32| {
        for _ in 0..3 {
            let seen = count.load(SeqCst);
            count.store(seen + 1, SeqCst);
        }
    };
    let other = thread::spawn({
        let count = Arc::clone(&count);
        move || add_three(&count)
    });
    add_three(&count);
    other.join().unwrap();
    count.load(SeqCst)
}
// ANCHOR_END: body
