//! What a child can say that was made by looking first and registering second, while its parent was cancelled.

use std::time::Duration;

use lanes::sync;
use lanes::sync::thread;

/// The token whose `child` looks first, and registers second.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/03_atomics/03_cancel_token/pitfalls/looks_before_it_registers.rs"
    ));
}
use source::CancelToken;

fn main() {
    for cancelled in lanes::outcomes(two_threads) {
        println!("{cancelled}");
    }
}

// ANCHOR: body
fn two_threads() -> bool {
    let server = CancelToken::with_clock(|| Duration::ZERO);
    let acceptor = thread::spawn({
        let server = server.clone();
        move || server.child()
    });
    server.cancel("shutting down");
    let request = acceptor.join().unwrap();
    request.is_cancelled()
}
// ANCHOR_END: body
