//! Does whoever waits sleep? A model can tell: it ends in a deadlock, as it should here.

use std::time::Duration;

use lanes::sleeps;

use crate::models::CancelToken;

/// Waiting is sleeping. Where nobody cancels and no deadline comes, whoever waits sleeps for ever, and the model sees a
/// deadlock; who looks again and again is awake.
#[test]
fn whoever_waits_sleeps() {
    sleeps("`wait`", || {
        let root = CancelToken::with_clock(|| Duration::ZERO);
        let _ = root.child().wait();
    });
}
