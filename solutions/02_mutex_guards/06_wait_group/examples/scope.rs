//! `std::thread::scope`: a group that belongs to a block. It waits at the end, and a panic goes on.

use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

fn main() {
    let printed = AtomicU32::new(0);
    let outcome = catch_unwind(|| {
        thread::scope(|scope| {
            for page in 1..=3 {
                // The thread borrows what lives outside the scope: no `Arc` is needed.
                let printed = &printed;
                scope.spawn(move || {
                    assert!(page != 2, "page {page} is torn");
                    printed.fetch_add(1, Ordering::Relaxed);
                });
            }
        });
    });
    println!("{} pages printed", printed.load(Ordering::Relaxed));
    println!("the scope panicked: {}", outcome.is_err());
}
