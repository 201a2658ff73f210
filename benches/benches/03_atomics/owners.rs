//! A value with many owners: what does it cost to become one, and to stop?

use std::sync::Arc;

use bench_kit::{Comparison, crowds, named};
use benches::atomics::counters::repeat;
use benches::atomics::owners::{cloned, upgraded};
use benches::{mine, ours};
use criterion::Criterion;

/// Several threads become owners of one value, and leave again.
pub(crate) fn clone_and_drop(criterion: &mut Criterion) {
    let mut comparison =
        Comparison::new("clone_and_drop", "Several threads: clone an Arc, drop it");
    for threads in crowds() {
        let baseline = named("std", threads);
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                cloned::<Arc<u64>>(threads, n)
            })
            .row(named("Arc", threads), Some(&baseline), move |n| {
                cloned::<ours::arc::Arc<u64>>(threads, n)
            })
            .my_row(named("my Arc", threads), Some(&baseline), "arc", move |n| {
                cloned::<mine::arc::Arc<u64>>(threads, n)
            });
    }
    comparison.run(criterion);
}

/// Several threads that only watch become owners, and leave again.
pub(crate) fn upgrade_and_drop(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "upgrade_and_drop",
        "Several threads: upgrade a Weak, drop the Arc",
    );
    for threads in crowds() {
        let baseline = named("std", threads);
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                upgraded::<Arc<u64>>(threads, n)
            })
            .row(named("Weak", threads), Some(&baseline), move |n| {
                upgraded::<ours::arc::Arc<u64>>(threads, n)
            })
            .my_row(
                named("my Weak", threads),
                Some(&baseline),
                "arc",
                move |n| upgraded::<mine::arc::Arc<u64>>(threads, n),
            );
    }
    comparison.run(criterion);
}

/// An owner that leaves by its drop, or one that is counted up and down by hand.
pub(crate) fn guard_or_manual(comparison: Comparison) -> Comparison {
    const MANUAL: Option<&str> = Some("std Arc, manual");
    comparison
        .row("std Arc, manual", MANUAL, |n| {
            let owner = Arc::new(7_u64);
            let elapsed = repeat(&owner, n, |owner| {
                let value = Arc::as_ptr(owner);
                // SAFETY: `value` is of an `Arc` that is alive, so its count is not zero.
                unsafe { Arc::increment_strong_count(value) };
                // SAFETY: as above, and what is counted down has been counted up a line before.
                unsafe { Arc::decrement_strong_count(value) };
            });
            assert_eq!(Arc::strong_count(&owner), 1, "owners that have not left");
            elapsed
        })
        .row("std Arc, guard", MANUAL, |n| {
            let owner = Arc::new(7_u64);
            let elapsed = repeat(&owner, n, |owner| drop(Arc::clone(owner)));
            assert_eq!(Arc::strong_count(&owner), 1, "owners that have not left");
            elapsed
        })
}
