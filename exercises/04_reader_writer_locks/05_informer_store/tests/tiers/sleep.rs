//! Does whoever waits sleep? A model can tell: it ends in a deadlock, as it should here.

use lanes::Kind;

use crate::models::{InformerStore, Pod};

/// Waiting is sleeping. Where nobody ever comes, whoever waits sleeps for ever, and the model sees a deadlock; who
/// looks again and again is awake, and keeps a processor busy all night.
#[test]
fn whoever_waits_sleeps() {
    sleeps("step", || {
        let (_store, mut pump) = InformerStore::<Pod>::new();
        pump.step();
    });
    sleeps("run", || {
        let (store, _pump) = InformerStore::<Pod>::new();
        store.handler().run(|_| ());
    });
}

/// Explores a call that nobody will ever let go on.
#[track_caller]
fn sleeps(call: &str, program: fn()) {
    let ended = lanes::Model::new().allow_one_schedule().explore(program);
    let report = ended.expect_err("nobody comes, and still the wait is over");
    match report.kind() {
        Kind::Deadlock => {}
        Kind::Livelock => panic!("`{call}` waits without sleeping: it looks again and again"),
        _ => panic!("{}", report.message()),
    }
}
