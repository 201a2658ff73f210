//! A limit: a load chooses among the last seven stores, and not among all.
//!
//! Nothing orders the flag after the counter's stores, so the language allows any of its values. The model shows some.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use lanes::sync::thread;

const STORES: u32 = 9;

fn main() {
    let seen = lanes::outcomes(|| {
        let shared = Arc::new((AtomicU32::new(0), AtomicBool::new(false)));
        let writer = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for value in 1..=STORES {
                    shared.0.store(value, Relaxed);
                }
                shared.1.store(true, Relaxed);
            }
        });
        let told = shared.1.load(Relaxed);
        let seen = shared.0.load(Relaxed);
        writer.join().unwrap();
        told.then_some(seen)
    });
    let seen: Vec<u32> = seen.into_iter().flatten().collect();
    println!("told that all is written, the model reads one of {seen:?}");
    assert!(!seen.contains(&0), "the language allows 0 as well");
    println!("the language allows 0 to {STORES}");
}
