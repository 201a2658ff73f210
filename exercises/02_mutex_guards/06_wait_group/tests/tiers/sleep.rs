//! Does whoever waits sleep? A model can tell: it ends in a deadlock, as it should here.

use lanes::sleeps;

use crate::models::WaitGroup;

/// Waiting is sleeping. Where a task is never done, whoever waits sleeps for ever, and the model sees a deadlock; who
/// looks again and again is awake, and takes a processor away from the tasks.
#[test]
fn whoever_waits_sleeps() {
    sleeps("`wait`", || {
        let group = WaitGroup::new();
        let _never_done = group.add();
        group.wait();
    });
}
