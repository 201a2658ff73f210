//! The measured answer: is a guard slower than a release by hand?
//!
//! ```text
//! cargo bench -p benches --bench the_measured_answer                     # six minutes
//! cargo bench -p benches --bench the_measured_answer -- guard_or_manual  # one group
//! ```
//!
//! What is timed by guard and by hand is [`benches::release`]: the same two functions whose instructions are counted.

mod guard_or_manual;
mod guards;
mod other_languages;
mod ours_and_theirs;
mod tasks;
mod threads;
mod ways_out;

use std::time::Duration;

use bench_kit::Elsewhere;

fn main() {
    // Many rows, and none that takes long: a third of the usual time is enough for each.
    let mut criterion = bench_kit::criterion()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    guard_or_manual::guard_or_manual(&mut criterion);
    ways_out::ways_out(&mut criterion);
    guards::guards(&mut criterion);
    threads::threads(&mut criterion);
    let go = Elsewhere::go("the_measured_answer");
    tasks::tasks(&mut criterion, go.as_ref());
    other_languages::other_languages(&mut criterion);
    ours_and_theirs::ours_and_theirs(&mut criterion);
    criterion.final_summary();
}
