//! The ways out: the same function, left by its last line, by an early return, by `?` and by a panic.

use bench_kit::Comparison;
use benches::release::ways_out::{Way, by_guard, by_hand, by_hand_and_catch, round};
use benches::release::{Closure, Release, SpinLock, timed};
use criterion::Criterion;

/// A hand that releases after a panic, too, has to catch it. So it stands twice on the normal way: where it does as
/// much as the guard, and where it does less.
pub(crate) fn ways_out(criterion: &mut Criterion) {
    let comparison = Comparison::new(
        "ways_out",
        "A function that is left in four ways: by guard, by hand",
    )
    .in_turns_of(2_000); // a panic takes microseconds
    let comparison = rows::<Closure>(comparison);
    rows::<SpinLock>(comparison).run(criterion);
}

fn rows<P: Release + 'static>(mut comparison: Comparison) -> Comparison {
    let named = |way, hand| format!("{}, {way}, {hand}", P::NAME);
    for (way, name) in [
        (Way::Normal, "normal"),
        (Way::EarlyReturn, "early return"),
        (Way::Error, "?"),
    ] {
        let baseline = named(name, "by hand");
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                timed::<P>(n, round(by_hand, way))
            })
            .row(named(name, "by guard"), Some(&baseline), move |n| {
                timed::<P>(n, round(by_guard, way))
            })
            .row(
                named(name, "by hand and catch"),
                Some(&baseline),
                move |n| timed::<P>(n, round(by_hand_and_catch, way)),
            );
    }
    let baseline = named("panic", "by hand and catch");
    comparison
        .row(&baseline, Some(&baseline), |n| {
            timed::<P>(n, round(by_hand_and_catch, Way::Panic))
        })
        .row(named("panic", "by guard"), Some(&baseline), |n| {
            timed::<P>(n, round(by_guard, Way::Panic))
        })
}
