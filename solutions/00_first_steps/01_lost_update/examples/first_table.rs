//! What `cargo test` shows of the exercise before a line of it is changed: the table alone.

use std::sync::Arc;

use lanes::sync;
use lanes::sync::thread;
use lanes::{Layout, Style};

/// The exercise as it begins.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy of a known wrong solution"
)]
mod source {
    include!(concat!(
        env!("OUT_DIR"),
        "/solutions/00_first_steps/01_lost_update/pitfalls/locks_twice.rs"
    ));
}
use source::LockedVisits;

/// As wide as a page.
const STYLE: Style = Style {
    width: 80,
    colour: false,
    layout: Layout::Table,
};

fn main() {
    let report = lanes::explore(|| {
        let visits = Arc::new(LockedVisits::default());
        let door = thread::spawn({
            let visits = Arc::clone(&visits);
            move || visits.add()
        });
        visits.add();
        door.join().unwrap();
        assert_eq!(visits.get(), 2, "two visits, and one is lost");
    })
    .expect_err("a visit can be lost");
    print!("{}", report.table(STYLE));
}
