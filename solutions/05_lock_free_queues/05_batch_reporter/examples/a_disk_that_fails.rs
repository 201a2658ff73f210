//! What becomes of seven events when the sink fails for a while.

use std::cell::Cell;
use std::time::Duration;

use batch_reporter::{Policy, reporter};

fn main() {
    // ANCHOR: body
    let policy = Policy {
        size: 2,
        age: Duration::from_secs(1),
    };
    let disk_is_full = Cell::new(true);
    let (reporter, mut collector) = reporter(4, policy, |_: &[u32]| {
        if disk_is_full.get() {
            return Err("the disk is full");
        }
        Ok(())
    });
    let tally = collector.tally();
    let report = |event| {
        reporter.report(event);
    };

    (1..=4).for_each(report);
    let _ = collector.poll(Duration::ZERO);
    (5..=7).for_each(report);
    disk_is_full.set(false);
    drop(collector);
    drop(reporter);

    println!(
        "{} delivered, {} dropped",
        tally.delivered(),
        tally.dropped()
    );
    // ANCHOR_END: body
}
