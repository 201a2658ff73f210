//! A request with a deadline, on a clock that is moved by hand: who ends it?

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use cancel_token::CancelToken;

fn main() {
    let seconds = Arc::new(AtomicU64::new(0));
    let clock = Arc::clone(&seconds);
    let server = CancelToken::with_clock(move || Duration::from_secs(clock.load(Relaxed)));

    // ANCHOR: body
    let request = server.child_with_timeout(Duration::from_secs(5));
    let query = request.child_with_timeout(Duration::from_secs(60));
    let guard = query.clone().drop_guard();
    seconds.store(5, Relaxed);
    server.cancel("shutting down");
    drop(guard);
    println!("{:?}", query.reason());
    // ANCHOR_END: body
}
