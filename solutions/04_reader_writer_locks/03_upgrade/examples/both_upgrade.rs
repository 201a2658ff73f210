//! What a model says of two threads that both read, and both want to write before they stop reading.

use std::sync::Arc;

use lanes::sync;
use lanes::sync::thread;

/// The lock in which every reader may upgrade.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/04_reader_writer_locks/03_upgrade/pitfalls/every_reader_may_upgrade.rs"
    ));
}
use source::{RwLock, UpgradableGuard};

// ANCHOR: body
fn add_one(lock: &RwLock<u32>) {
    let guard = lock.upgradable_read();
    let mut guard = UpgradableGuard::upgrade(guard);
    *guard += 1;
}
// ANCHOR_END: body

fn main() {
    let report = lanes::explore(|| {
        let lock = Arc::new(RwLock::new(0));
        let other = thread::spawn({
            let lock = Arc::clone(&lock);
            move || add_one(&lock)
        });
        add_one(&lock);
        other.join().unwrap();
    });
    match report {
        Ok(_) => println!("every schedule ends well"),
        Err(report) => println!("{}", report.kind().words()),
    }
}
