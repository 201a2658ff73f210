//! Does whoever waits sleep? A model can tell: it ends in a deadlock, as it should here.

use lanes::sleeps;

use crate::models::queue;

/// Waiting is sleeping. Where nobody ever comes, whoever waits sleeps for ever, and the model sees a deadlock; who
/// looks again and again is awake, and keeps a processor busy all night.
#[test]
fn whoever_waits_sleeps() {
    sleeps("`pop`", || {
        queue(1, &[]).pop();
    });
    sleeps("`push`", || {
        let _ = queue(1, &[7]).push(8);
    });
}
