//! When a batch is written that is not full.

use std::time::Duration;

use batch_reporter::{Policy, reporter};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn main() {
    // ANCHOR: body
    let policy = Policy {
        size: 3,
        age: ms(100),
    };
    let (reporter, mut collector) = reporter(8, policy, |batch: &[u32]| {
        print!("{batch:?} ");
        Ok::<(), ()>(())
    });
    for now in (0..=300).step_by(10) {
        let events: &[u32] = match now {
            0 => &[1, 2],
            60 => &[3, 4],
            _ => &[],
        };
        for event in events {
            reporter.report(*event);
        }
        let before = collector.tally().delivered();
        collector.poll(ms(now)).expect("this sink never fails");
        if collector.tally().delivered() > before {
            println!("at {now} ms");
        }
    }
    // ANCHOR_END: body
}
