//! Not a limit, but the guard in front of one: a model that saw nothing move fails, and says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use lanes::Kind;

fn main() {
    let report = lanes::expect_bug(Kind::OneSchedule, || {
        let hits = Arc::new(AtomicU32::new(0));
        hits.fetch_add(1, SeqCst);
    });
    println!("{}", report.headline());
}
