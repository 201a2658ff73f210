//! Chapter 3: what does an atomic cost, alone and in a crowd?
//!
//! ```text
//! cargo bench -p benches --bench 03_atomics                    # eight minutes
//! cargo bench -p benches --bench 03_atomics -- false_sharing   # one group
//! cargo bench -p benches --bench 03_atomics --features mine    # with your own solutions beside the others
//! ```
//!
//! With several threads the time is per round, whichever thread did it: on two processors that do not disturb each
//! other it would be half of what it is on one. After its rounds each row shows that its result is right.

mod admission;
mod counters;
mod once;
mod owners;
mod words;

use bench_kit::Comparison;
use criterion::Criterion;

fn main() {
    let mut criterion = bench_kit::criterion();
    counters::add(&mut criterion);
    counters::get(&mut criterion);
    words::loop_or_step(&mut criterion);
    words::false_sharing(&mut criterion);
    words::orderings(&mut criterion);
    once::read(&mut criterion);
    owners::clone_and_drop(&mut criterion);
    owners::upgrade_and_drop(&mut criterion);
    admission::token(&mut criterion);
    admission::permit(&mut criterion);
    guard_or_manual(&mut criterion);
    criterion.final_summary();
}

/// One thread: what is given back by a drop, and the same by hand.
fn guard_or_manual(criterion: &mut Criterion) {
    let comparison = Comparison::new("guard_or_manual", "Given back: by guard, by hand");
    owners::guard_or_manual(counters::guard_or_manual(comparison)).run(criterion);
}
