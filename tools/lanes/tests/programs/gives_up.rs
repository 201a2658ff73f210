//! An exchange that fails because another thread came in between, taken for a refusal.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

fn take(tokens: &AtomicU32) -> bool {
    let left = tokens.load(Ordering::Relaxed);
    left > 0
        && tokens
            .compare_exchange(left, left - 1, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
}

pub(crate) fn program() {
    let tokens = Arc::new(AtomicU32::new(2));
    let other = thread::spawn({
        let tokens = Arc::clone(&tokens);
        move || take(&tokens)
    });
    let both = take(&tokens) & other.join().unwrap();
    assert!(both, "there were two tokens");
}
