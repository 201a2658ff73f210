//! From one thread to more than there are processors, all with the same lock.

use std::time::Duration;

use bench_kit::{Comparison, at_work, crowds, named, processors};
use benches::release::{
    ParkingLot, ReadLock, Release, SpinLock, StdMutex, by_guard, by_hand, rounds,
};
use criterion::Criterion;

pub(crate) fn threads(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "threads",
        "Lock, work, unlock: by guard, by hand, with others who do the same",
    )
    .with_crate("parking_lot")
    .in_turns_of(10_000);
    // And once so many that they cannot all run.
    for threads in crowds().into_iter().chain([2 * processors()]) {
        comparison = rows::<SpinLock>(comparison, threads);
        comparison = rows::<StdMutex>(comparison, threads);
        comparison = rows::<ParkingLot>(comparison, threads);
        comparison = rows::<ReadLock>(comparison, threads);
    }
    comparison.run(criterion);
}

fn rows<P: Release + Sync + 'static>(comparison: Comparison, threads: u32) -> Comparison {
    let baseline = named(&format!("{} by hand", P::NAME), threads);
    comparison
        .row(&baseline, Some(&baseline), move |n| {
            crowded::<P>(threads, n, |thing, n| rounds(thing, n, by_hand))
        })
        .row(
            named(&format!("{} by guard", P::NAME), threads),
            Some(&baseline),
            move |n| crowded::<P>(threads, n, |thing, n| rounds(thing, n, by_guard)),
        )
}

/// The time per round, whichever thread did it.
fn crowded<P: Release + Sync>(
    threads: u32,
    rounds: u64,
    work: impl Fn(&P, u64) -> u64 + Sync,
) -> Duration {
    let name = P::NAME;
    at_work(
        threads,
        rounds,
        P::fresh,
        |thing, _| assert_eq!(work(thing, rounds), rounds, "{name}: rounds"),
        |thing, _| assert!(!thing.is_held(), "{name}: it is still held"),
    )
}
