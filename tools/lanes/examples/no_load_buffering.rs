//! A limit: an outcome that the language allows, and that no model shows.
//!
//! Each thread loads one variable and then stores into the other. Rust's memory model lets both loads return 1:
//! each reads what the other stores *afterwards*. The checker runs steps one after another, so it never sees that.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
use lanes::sync::thread;

fn main() {
    let seen = lanes::outcomes(|| {
        let [x, y] = [Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0))];
        let other = thread::spawn({
            let (x, y) = (Arc::clone(&x), Arc::clone(&y));
            move || {
                let seen = x.load(Relaxed);
                y.store(1, Relaxed);
                seen
            }
        });
        let seen = y.load(Relaxed);
        x.store(1, Relaxed);
        (other.join().unwrap(), seen)
    });
    println!("the model sees {seen:?}");
    assert!(!seen.contains(&(1, 1)), "the language allows (1, 1)");
    println!("the language allows (1, 1) as well");
}
