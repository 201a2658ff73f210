//! How many nodes a queue has when all items have come out, counted in a model.

use lanes::{Kind, Model, sync};

#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!("../src/ms_queue.rs");
}
use source::MsQueue;

fn main() {
    // There is a list of all steps if something fails, so it panics.
    let report = Model::new()
        .allow_one_schedule()
        .expect_bug(Kind::Panic, || {
            // ANCHOR: body
            let queue = MsQueue::new();
            for n in 1..=3 {
                queue.push(n);
            }
            while queue.pop().is_some() {}
            // ANCHOR_END: body
            panic!("on purpose, to see the steps");
        });
    let count = |op| report.rows().iter().filter(|row| row.op == op).count();
    println!("{}", count("alloc") - count("free"));
}
