//! Does whoever waits sleep? A model can tell: it ends in a deadlock, as it should here.

use lanes::sleeps;

use crate::models::channel;

/// Waiting is sleeping. Where nobody sends and nobody goes, whoever waits sleeps for ever, and the model sees a deadlock; who
/// looks again and again is awake, and takes a processor away from the sender.
#[test]
fn whoever_waits_sleeps() {
    sleeps("`recv`", || {
        let (sender, receiver) = channel::<u32>();
        std::mem::forget(sender);
        let _ = receiver.recv();
    });
}
