//! How a reader and a writer can end, if a reader that goes tells the writer first, and counts itself out afterwards.

use std::sync::Arc;

use lanes::sync;
use lanes::sync::thread;

/// The lock whose readers tell before they go.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/04_reader_writer_locks/02_writer_priority/pitfalls/tells_before_it_goes.rs"
    ));
}
use source::RwLock;

// ANCHOR: body
fn shop() {
    let price = Arc::new(RwLock::new(100));
    let sale = thread::spawn({
        let price = Arc::clone(&price);
        move || *price.write() = 80
    });
    assert!([100, 80].contains(&*price.read()));
    sale.join().unwrap();
}
// ANCHOR_END: body

fn main() {
    match lanes::explore(shop) {
        Ok(_) => println!("every schedule ends well"),
        Err(report) => println!("{}", report.headline()),
    }
}
