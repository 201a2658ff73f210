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
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lost_update.rs"));
}
use source::{AtomicVisits, LockedVisits};

/// Two doors count under the lock, and no visit is lost, in whatever order their steps come.
#[test]
fn the_locked_one_loses_no_visit() {
    lanes::model(|| {
        let visits = Arc::new(LockedVisits::default());
        let door = thread::spawn({
            let visits = Arc::clone(&visits);
            move || visits.add()
        });
        visits.add();
        door.join().unwrap();
        assert_eq!(
            visits.get(),
            2,
            "two visits, and one is lost: between a look and a change the lock was free"
        );
    });
}

/// Two doors count without a lock, and no visit is lost, in whatever order their steps come.
#[test]
fn the_atomic_one_loses_no_visit() {
    lanes::model(|| {
        let visits = Arc::new(AtomicVisits::default());
        let door = thread::spawn({
            let visits = Arc::clone(&visits);
            move || visits.add()
        });
        visits.add();
        door.join().unwrap();
        assert_eq!(
            visits.get(),
            2,
            "two visits, and one is lost: a look and a change were two steps"
        );
    });
}
