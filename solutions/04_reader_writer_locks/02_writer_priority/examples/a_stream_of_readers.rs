//! How many readers of a stream pass a writer that waits, if they look only whether a writer is *in*.

use std::sync::Arc;
use std::thread;

use lanes_std::sync;

/// The lock whose readers look only whether a writer is in.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/04_reader_writer_locks/02_writer_priority/pitfalls/readers_first.rs"
    ));
}
use source::RwLock;

fn main() {
    for stream in [10, 1_000] {
        println!("{} of {stream}", passed(stream));
    }
}

// ANCHOR: body
/// A writer waits, and a stream of readers comes, each before the last one goes.
fn passed(stream: u32) -> u32 {
    let price = Arc::new(RwLock::new(100));
    let mut reading = price.read();
    let writer = thread::spawn({
        let price = Arc::clone(&price);
        move || *price.write() = 80
    });
    while price.waiting().writers == 0 {
        thread::yield_now(); // until it waits
    }

    let mut passed = 0;
    for _ in 0..stream {
        if let Some(next) = price.try_read() {
            reading = next; // and the last one goes
            passed += 1;
        }
    }
    drop(reading);
    writer.join().unwrap();
    passed
}
// ANCHOR_END: body
