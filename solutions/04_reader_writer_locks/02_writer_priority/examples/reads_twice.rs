//! A thread that reads twice, and a writer: how this can end.

use std::sync::Arc;

use lanes::sync;
use lanes::sync::thread;

/// The lock of this exercise, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!("../src/writer_priority.rs");
}
use source::RwLock;

// ANCHOR: body
fn discount(price: &RwLock<u32>) -> u32 {
    let price = price.read();
    *price / 10
}

fn total(price: &RwLock<u32>) -> u32 {
    let now = price.read();
    *now - discount(price)
}

fn shop() {
    let price = Arc::new(RwLock::new(100));
    let sale = thread::spawn({
        let price = Arc::clone(&price);
        move || *price.write() = 80
    });
    assert!([90, 72].contains(&total(&price)));
    sale.join().unwrap();
}
// ANCHOR_END: body

fn main() {
    match lanes::explore(shop) {
        Ok(_) => println!("every schedule ends well"),
        Err(report) => println!("{}", report.headline()),
    }
}
