//! Which ways to keep the highest of what several threads have seen never lose it.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
use lanes::sync::thread;

// ANCHOR: body
fn fetch_max(high: &AtomicU32, seen: u32) {
    high.fetch_max(seen, Relaxed);
}
fn load_and_store(high: &AtomicU32, seen: u32) {
    if high.load(Relaxed) < seen {
        high.store(seen, Relaxed);
    }
}
fn exchange_once(high: &AtomicU32, seen: u32) {
    let before = high.load(Relaxed);
    if before < seen {
        let _ = high.compare_exchange(before, seen, Relaxed, Relaxed);
    }
}
fn fetch_update(high: &AtomicU32, seen: u32) {
    let _ = high.fetch_update(Relaxed, Relaxed, |high| (high < seen).then_some(seen));
}
// ANCHOR_END: body

fn main() {
    type Raise = fn(&AtomicU32, u32);
    let all: [(&str, Raise); 4] = [
        ("fetch_max", fetch_max),
        ("load_and_store", load_and_store),
        ("exchange_once", exchange_once),
        ("fetch_update", fetch_update),
    ];
    for (name, raise) in all {
        let highest = move || {
            let high = Arc::new(AtomicU32::new(0));
            let other = thread::spawn({
                let high = Arc::clone(&high);
                move || raise(&high, 3)
            });
            raise(&high, 5);
            other.join().unwrap();
            high.load(Relaxed)
        };
        if lanes::outcomes(highest).iter().all(|&highest| highest == 5) {
            println!("{name}");
        }
    }
}
