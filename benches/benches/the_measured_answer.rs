//! The measured answer: is a guard slower than a release by hand?
//!
//! ```text
//! cargo bench -p benches --bench the_measured_answer                     # six minutes
//! cargo bench -p benches --bench the_measured_answer -- guard_or_manual  # one group
//! ```
//!
//! What is timed by guard and by hand is [`benches::release`]: the same two functions whose instructions are counted.

#[path = "the_measured_answer/chapters.rs"]
mod chapters;
#[path = "the_measured_answer/guard_or_manual.rs"]
mod guard_or_manual;
#[path = "the_measured_answer/guards.rs"]
mod guards;
#[path = "the_measured_answer/other_languages.rs"]
mod other_languages;
#[path = "the_measured_answer/ours_and_theirs.rs"]
mod ours_and_theirs;
#[path = "the_measured_answer/tasks.rs"]
mod tasks;
#[path = "the_measured_answer/threads.rs"]
mod threads;
#[path = "the_measured_answer/ways_out.rs"]
mod ways_out;

use std::time::Duration;

use benches::Elsewhere;

fn main() {
    // Many rows, and none that takes long: a third of the usual time is enough for each.
    let mut criterion = benches::criterion()
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
