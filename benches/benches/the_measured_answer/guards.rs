//! From 1 to 100 guards that are alive at the same time.

use bench_kit::Comparison;
use benches::release::many::{by_guard, by_hand, timed};
use benches::release::{Closure, ParkingLot, Release};
use criterion::Criterion;

/// A guard that consists of more than what a hand would note down, and one that does not.
///
/// Not the spin lock. Its loops are so short that for some numbers, and no others, the processor guesses wrong once in
/// each round, in one half or in the other: on the machine of the book's figures a guard for ten took twice as long,
/// and a hand for six a fifth longer, with as many instructions.
pub(crate) fn guards(criterion: &mut Criterion) {
    let comparison = Comparison::new(
        "guards",
        "Take so many, work, give all of them back: by guard, by hand",
    )
    .with_crate("parking_lot")
    .in_turns_of(5_000); // a hundred take long enough
    let comparison = rows::<Closure>(comparison);
    rows::<ParkingLot>(comparison).run(criterion);
}

fn rows<P: Release + 'static>(mut comparison: Comparison) -> Comparison {
    for number in [1, 3, 10, 30, 100] {
        let s = if number == 1 { "" } else { "s" };
        let named = |row| format!("{} {row}, {number} guard{s}", P::NAME);
        let baseline = named("by hand");
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                timed(number, n, by_hand::<P>)
            })
            .row(named("by guard"), Some(&baseline), move |n| {
                timed(number, n, by_guard::<P>)
            });
    }
    comparison
}
