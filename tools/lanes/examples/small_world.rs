//! A limit: a mistake that shows after 256 pushes is not in a model with two.
//!
//! The counter is too narrow, and wraps. A model big enough to see that would take for ever; a stress test of a
//! thousand rounds sees it at once.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU8, Ordering::Relaxed};
use lanes::sync::thread;

fn main() {
    let pass = lanes::explore(|| {
        let pushed = Arc::new(AtomicU8::new(0));
        let other = thread::spawn({
            let pushed = Arc::clone(&pushed);
            move || pushed.fetch_add(1, Relaxed)
        });
        pushed.fetch_add(1, Relaxed);
        other.join().unwrap();
        assert_eq!(pushed.load(Relaxed), 2);
    })
    .expect("two pushes fit");
    println!("all {} states of two pushes pass", pass.states());

    let pushed = std::sync::atomic::AtomicU8::new(0);
    for _ in 0..1_000 {
        pushed.fetch_add(1, Relaxed);
    }
    let count = pushed.into_inner();
    println!("after a thousand pushes it says {count}");
    assert_ne!(u32::from(count), 1_000);
}
