//! A message, and a flag that says that it is there: every way in which the receiver can find them.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering, Ordering::Relaxed};
use lanes::sync::thread;

// ANCHOR: body
fn send_and_look(publish: Ordering, look: Ordering) -> &'static str {
    let shared = Arc::new((AtomicU32::new(0), AtomicBool::new(false)));
    let sender = thread::spawn({
        let shared = Arc::clone(&shared);
        move || {
            shared.0.store(42, Relaxed); // the message
            shared.1.store(true, publish); // the flag
        }
    });

    let seen = match shared.1.load(look) {
        false => "no flag yet",
        true if shared.0.load(Relaxed) == 42 => "the flag, and 42",
        true => "the flag, and 0",
    };
    sender.join().unwrap();
    seen
}
// ANCHOR_END: body

fn main() {
    for seen in lanes::outcomes(|| send_and_look(Relaxed, Relaxed)) {
        println!("{seen}");
    }
}
