//! Does whoever waits sleep? A model can tell: it ends in a deadlock, as it should here.

use lanes::Kind;

use crate::models::WaitGroup;

/// Waiting is sleeping. Where a task is never done, whoever waits sleeps for ever, and the model sees a deadlock; who
/// looks again and again is awake, and takes a processor away from the tasks.
#[test]
fn whoever_waits_sleeps() {
    let ended = lanes::Model::new().allow_one_schedule().explore(|| {
        let group = WaitGroup::new();
        let _never_done = group.add();
        group.wait();
    });
    let report = ended.expect_err("a task is not done, and still the wait is over");
    match report.kind() {
        Kind::Deadlock => {}
        Kind::Livelock => panic!("`wait` waits without sleeping: it looks again and again"),
        _ => panic!("{}", report.message()),
    }
}
