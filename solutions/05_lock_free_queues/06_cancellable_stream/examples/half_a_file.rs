//! What is read of a file that tears in the middle, if the end of a channel is the end of the file.

use lanes_std::sync;

/// The stream that does not ask its producer how it ended.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/05_lock_free_queues/06_cancellable_stream/pitfalls/the_end_hides_the_error.rs"
    ));
}
use source::{Emitter, Stopped, Stream};

fn main() {
    // ANCHOR: body
    let file = Stream::new(8, |emitter: &Emitter<&str>| {
        for line in ["one", "two"] {
            if emitter.emit(line).is_err() {
                return Ok(());
            }
        }
        Err("the network is down")
    });
    let lines: Result<Vec<&str>, Stopped<&str>> = file.collect();
    println!("{lines:?}");
    // ANCHOR_END: body
}
