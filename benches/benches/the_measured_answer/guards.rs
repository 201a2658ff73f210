//! From 1 to 100 guards that are alive at the same time, in one scope.

use benches::Comparison;
use benches::release::many::{by_guard, by_hand, timed};
use benches::release::{Closure, Release, SpinLock};
use criterion::Criterion;

pub(crate) fn guards(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "guards",
        "Take so many, work, give all of them back: by guard, by hand",
    )
    .in_turns_of(5_000); // a hundred take long enough
    comparison = one_to_a_hundred::<Closure>(comparison);
    one_to_a_hundred::<SpinLock>(comparison).run(criterion);
}

fn one_to_a_hundred<P: Release + 'static>(mut comparison: Comparison) -> Comparison {
    comparison = rows::<P, 1>(comparison);
    comparison = rows::<P, 3>(comparison);
    comparison = rows::<P, 10>(comparison);
    comparison = rows::<P, 30>(comparison);
    rows::<P, 100>(comparison)
}

fn rows<P: Release + 'static, const N: usize>(comparison: Comparison) -> Comparison {
    let s = if N == 1 { "" } else { "s" };
    let baseline = format!("{} by hand, {N} guard{s}", P::NAME);
    comparison
        .row(&baseline, Some(&baseline), |n| timed(n, by_hand::<P, N>))
        .row(
            format!("{} by guard, {N} guard{s}", P::NAME),
            Some(&baseline),
            |n| timed(n, by_guard::<P, N>),
        )
}
