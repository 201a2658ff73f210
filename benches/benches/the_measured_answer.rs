//! The measured answer: is a guard slower than a release by hand?
//!
//! ```text
//! cargo bench -p benches --bench the_measured_answer                     # six minutes
//! cargo bench -p benches --bench the_measured_answer -- guard_or_manual  # one group
//! ```
//!
//! What is timed by guard and by hand is [`benches::release`]: the same two functions whose instructions are counted.

#[path = "the_measured_answer/guard_or_manual.rs"]
mod guard_or_manual;

use std::time::Duration;

fn main() {
    // Many rows, and none that takes long: a third of the usual time is enough for each.
    let mut criterion = benches::criterion()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    guard_or_manual::guard_or_manual(&mut criterion);
    criterion.final_summary();
}
