//! Does whoever waits sleep? A model can tell: it ends in a deadlock, as it should here.

use lanes::sleeps;

use crate::models::{InformerStore, Pod};

/// Waiting is sleeping. Where nobody ever comes, whoever waits sleeps for ever, and the model sees a deadlock; who
/// looks again and again is awake, and keeps a processor busy all night.
#[test]
fn whoever_waits_sleeps() {
    sleeps("`step`", || {
        let (_store, mut pump) = InformerStore::<Pod>::new();
        pump.step();
    });
    sleeps("`run`", || {
        let (store, _pump) = InformerStore::<Pod>::new();
        store.handler().run(|_| ());
    });
}
