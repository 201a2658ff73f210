//! Every count that two doors can end with, if the lock is taken twice for each visit.

use std::sync::Arc;

use lanes::sync;
use lanes::sync::thread;

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

fn main() {
    for visits in lanes::outcomes(two_doors) {
        println!("{visits}");
    }
}

// ANCHOR: body
fn two_doors() -> u64 {
    let visits = Arc::new(LockedVisits::default());
    let door = thread::spawn({
        let visits = Arc::clone(&visits);
        move || visits.add()
    });
    visits.add();
    door.join().unwrap();
    visits.get()
}
// ANCHOR_END: body
