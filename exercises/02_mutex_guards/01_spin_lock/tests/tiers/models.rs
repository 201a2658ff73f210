//! Every schedule of a small world, explored by loom through `lanes`.

use std::sync::Arc;

use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/spin_lock.rs"));
}
use source::SpinLock;

/// unlock → next lock: a thread that gets the lock sees the write made under it before.
#[test]
fn two_threads_lose_no_increment() {
    lanes::model(|| {
        let hits = Arc::new(SpinLock::new(0));
        let other = thread::spawn({
            let hits = Arc::clone(&hits);
            move || *hits.lock() += 1
        });
        *hits.lock() += 1;
        other.join().unwrap();
        assert_eq!(
            *hits.lock(),
            2,
            "one increment is lost: were both threads inside at once?"
        );
    });
}
