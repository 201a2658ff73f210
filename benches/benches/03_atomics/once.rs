//! A value that was made long ago: what does it cost to read it?

use std::hint::black_box;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use benches::{Comparison, crowded, crowds, named};
use criterion::Criterion;

/// Several threads ask for a value that is there.
pub(crate) fn read(criterion: &mut Criterion) {
    let mut comparison = Comparison::new("once", "Several threads read a value that is there");
    for threads in crowds() {
        let baseline = named("std OnceLock", threads);
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                reads(threads, n, OnceLock::new, |once| *once.get_or_init(|| 7))
            })
            .row(named("OnceLock", threads), Some(&baseline), move |n| {
                reads(threads, n, our_once_lock::OnceLock::new, |once| {
                    *once.get_or_init(|| 7)
                })
            })
            .row(named("Mutex<Option>", threads), Some(&baseline), move |n| {
                reads(
                    threads,
                    n,
                    || Mutex::new(None),
                    |value| {
                        *value
                            .lock()
                            .expect("nobody panics in here")
                            .get_or_insert(7)
                    },
                )
            });
        #[cfg(feature = "mine")]
        {
            comparison = comparison.my_row(
                named("my OnceLock", threads),
                Some(&baseline),
                "once_lock",
                move |n| {
                    reads(threads, n, my_once_lock::OnceLock::new, |once| {
                        *once.get_or_init(|| 7)
                    })
                },
            );
        }
    }
    comparison.run(criterion);
}

pub(crate) fn reads<S: Sync>(
    threads: u32,
    rounds: u64,
    fresh: impl Fn() -> S,
    read: impl Fn(&S) -> u64 + Sync,
) -> Duration {
    let filled = || {
        let once = fresh();
        assert_eq!(read(&once), 7);
        once
    };
    crowded(
        threads,
        rounds,
        filled,
        |once| assert_eq!(read(black_box(once)), 7),
        |_, _| (),
    )
}
