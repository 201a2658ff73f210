//! A value that was made long ago: what does it cost to read it?

use std::sync::{Mutex, OnceLock};

use bench_kit::{Comparison, crowds, named};
use benches::atomics::once::reads;
use benches::{mine, ours};
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
                reads(threads, n, ours::once_lock::OnceLock::new, |once| {
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
                            .expect("no holder panics in here")
                            .get_or_insert(7)
                    },
                )
            })
            .my_row(
                named("my OnceLock", threads),
                Some(&baseline),
                "once_lock",
                move |n| {
                    reads(threads, n, mine::once_lock::OnceLock::new, |once| {
                        *once.get_or_init(|| 7)
                    })
                },
            );
    }
    comparison.run(criterion);
}
