//! A value with many owners: what does it cost to become one, and to stop?

use std::hint::black_box;
use std::sync::{Arc, Weak};
use std::time::Duration;

use benches::{Comparison, crowded, crowds, named};
use criterion::Criterion;

use super::counters::repeat;

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
                cloned::<our_arc::Arc<u64>>(threads, n)
            });
        #[cfg(feature = "mine")]
        {
            comparison =
                comparison.my_row(named("my Arc", threads), Some(&baseline), "arc", move |n| {
                    cloned::<my_arc::Arc<u64>>(threads, n)
                });
        }
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
                upgraded::<our_arc::Arc<u64>>(threads, n)
            });
        #[cfg(feature = "mine")]
        {
            comparison = comparison.my_row(
                named("my Weak", threads),
                Some(&baseline),
                "arc",
                move |n| upgraded::<my_arc::Arc<u64>>(threads, n),
            );
        }
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

pub(crate) fn cloned<A: Owner>(threads: u32, rounds: u64) -> Duration {
    crowded(
        threads,
        rounds,
        A::fresh,
        |owner| drop(black_box(owner).clone()),
        |owner, _| assert_eq!(owner.owners(), 1, "owners that have not left"),
    )
}

pub(crate) fn upgraded<A: Owner>(threads: u32, rounds: u64) -> Duration {
    crowded(
        threads,
        rounds,
        || {
            let owner = A::fresh();
            let watcher = owner.watcher();
            (owner, watcher)
        },
        |(_, watcher)| {
            let owner = A::upgrade(black_box(watcher));
            drop(owner.expect("it is owned all the time"));
        },
        |(owner, _), _| assert_eq!(owner.owners(), 1, "owners that have not left"),
    )
}

pub(crate) trait Owner: Clone + Sync {
    type Watcher: Sync;

    fn fresh() -> Self;
    fn watcher(&self) -> Self::Watcher;
    fn upgrade(watcher: &Self::Watcher) -> Option<Self>;
    fn owners(&self) -> usize;
}

impl Owner for Arc<u64> {
    type Watcher = Weak<u64>;

    fn fresh() -> Self {
        Self::new(7)
    }

    fn watcher(&self) -> Weak<u64> {
        Self::downgrade(self)
    }

    fn upgrade(watcher: &Weak<u64>) -> Option<Self> {
        watcher.upgrade()
    }

    fn owners(&self) -> usize {
        Self::strong_count(self)
    }
}

impl Owner for our_arc::Arc<u64> {
    type Watcher = our_arc::Weak<u64>;

    fn fresh() -> Self {
        Self::new(7)
    }

    fn watcher(&self) -> our_arc::Weak<u64> {
        Self::downgrade(self)
    }

    fn upgrade(watcher: &our_arc::Weak<u64>) -> Option<Self> {
        watcher.upgrade()
    }

    fn owners(&self) -> usize {
        Self::strong_count(self)
    }
}

#[cfg(feature = "mine")]
impl Owner for my_arc::Arc<u64> {
    type Watcher = my_arc::Weak<u64>;

    fn fresh() -> Self {
        Self::new(7)
    }

    fn watcher(&self) -> my_arc::Weak<u64> {
        Self::downgrade(self)
    }

    fn upgrade(watcher: &my_arc::Weak<u64>) -> Option<Self> {
        watcher.upgrade()
    }

    fn owners(&self) -> usize {
        Self::strong_count(self)
    }
}
