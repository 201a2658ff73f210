//! A value with many owners.

use std::hint::black_box;
use std::sync;
use std::time::Duration;

use bench_kit::crowded;

use crate::ours::arc;

/// The time in which each of so many threads becomes an owner and leaves, `rounds` times, [per thread](crowded).
///
/// # Panics
///
/// Panics if an owner has not left.
pub fn cloned<A: Owner>(threads: u32, rounds: u64) -> Duration {
    crowded(
        threads,
        rounds,
        A::fresh,
        |owner| drop(black_box(owner).clone()),
        |owner, _| assert_eq!(owner.owners(), 1, "owners that have not left"),
    )
}

/// The same for threads that only watch, and become owners.
///
/// # Panics
///
/// Panics if an owner has not left.
pub fn upgraded<A: Owner>(threads: u32, rounds: u64) -> Duration {
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

/// One of several owners of a value.
pub trait Owner: Clone + Sync {
    /// Knows the value and does not own it.
    type Watcher: Sync;

    /// The only owner of a new value.
    fn fresh() -> Self;
    /// One that watches the value.
    fn watcher(&self) -> Self::Watcher;
    /// Another owner, if there is still one.
    fn upgrade(watcher: &Self::Watcher) -> Option<Self>;
    /// How many there are.
    fn owners(&self) -> usize;
}

/// Puts such an `Arc`, and its `Weak`, behind [`Owner`].
macro_rules! impl_owner {
    ($arc:ty, $weak:ty) => {
        impl $crate::atomics::owners::Owner for $arc {
            type Watcher = $weak;

            fn fresh() -> Self {
                Self::new(7)
            }

            fn watcher(&self) -> $weak {
                Self::downgrade(self)
            }

            #[inline]
            fn upgrade(watcher: &$weak) -> Option<Self> {
                watcher.upgrade()
            }

            fn owners(&self) -> usize {
                Self::strong_count(self)
            }
        }
    };
}

impl_owner!(sync::Arc<u64>, sync::Weak<u64>);
impl_owner!(arc::Arc<u64>, arc::Weak<u64>);
