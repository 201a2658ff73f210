//! Every schedule of a small world, explored by `lanes`.

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
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/exercise_name.rs"));
}
use source::Counter;

/// No hit is lost, whoever comes between whose steps.
#[test]
fn two_threads_lose_no_hit() {
    lanes::model(|| {
        let hits = Arc::new(Counter::default());
        let other = thread::spawn({
            let hits = Arc::clone(&hits);
            move || hits.add()
        });
        hits.add();
        other.join().unwrap();
        assert_eq!(
            hits.get(),
            2,
            "a hit is lost: both threads have written the same number"
        );
    });
}
