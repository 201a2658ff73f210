//! How many items a producer makes for a consumer that takes one.

use std::convert::Infallible;
use std::sync::Arc;

use lanes::sync;
use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};

#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!("../src/cancellable_stream.rs");
}
use source::{Emitter, Stream};

fn main() {
    for made in lanes::outcomes(take_one) {
        println!("{made}");
    }
}

// ANCHOR: body
fn take_one() -> u32 {
    let made = Arc::new(AtomicU32::new(0));
    let mut stream = Stream::new(1, {
        let made = Arc::clone(&made);
        move |emitter: &Emitter<u32>| {
            for n in 1.. {
                made.store(n, Relaxed);
                if emitter.emit(n).is_err() {
                    break; // nobody wants more
                }
            }
            Ok::<(), Infallible>(())
        }
    });
    stream.next();
    drop(stream);
    made.load(Relaxed)
}
// ANCHOR_END: body
