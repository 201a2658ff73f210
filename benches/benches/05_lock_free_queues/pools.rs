//! Buffers that are used again, or made each time.

use std::sync::Mutex;

use bench_kit::{Comparison, crowds, named};
use benches::lock_free_queues::pools::{Buffer, ByGuard, ByHand, Made, borrowed};
use benches::{mine, ours};
use criterion::Criterion;
use ours::object_pool::Pool;

/// Several threads need a buffer for a moment, and read a few bytes into it.
pub(crate) fn borrow(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "borrow",
        "A buffer for a moment: made each time, or taken from a pool and given back",
    )
    .with_crate("crossbeam-queue");
    for (size, name) in [(1 << 10, "1 KiB"), (1 << 16, "64 KiB")] {
        for threads in crowds() {
            let label = |way: &str| named(&format!("{way}, {name}"), threads);
            let made = label("made each time");
            let by_hand = label("ArrayQueue, by hand");
            comparison = comparison
                .row(&made, Some(&made), move |n| {
                    borrowed::<Made>(threads, n, size)
                })
                .row(&by_hand, Some(&made), move |n| {
                    borrowed::<ByHand>(threads, n, size)
                })
                .row(label("ArrayQueue, by guard"), Some(&by_hand), move |n| {
                    borrowed::<ByGuard>(threads, n, size)
                })
                .row(label("Mutex<Vec>, by hand"), Some(&made), move |n| {
                    borrowed::<Mutex<Vec<Buffer>>>(threads, n, size)
                })
                .row(label("object_pool, by guard"), Some(&made), move |n| {
                    borrowed::<Pool<Buffer>>(threads, n, size)
                })
                .my_row(
                    label("my object_pool, by guard"),
                    Some(&made),
                    "object_pool",
                    move |n| borrowed::<mine::object_pool::Pool<Buffer>>(threads, n, size),
                );
        }
    }
    comparison.run(criterion);
}
