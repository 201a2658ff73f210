//! What does it cost to hand an item over to another thread?

use bench_kit::Comparison;
use benches::mutex_guards::queues::{Channel, handed_over};
use benches::{mine, ours};
use criterion::Criterion;
use ours::bounded_queue::BoundedQueue;

/// One thread pushes numbers, another pops them and looks whether the order is right. A round is one number.
///
/// With room for one item the two wait for each other all the time. With room for many, seldom.
pub(crate) fn hand_over(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "hand_over",
        "From one thread to another, through a bounded queue",
    )
    .in_turns_of(5_000);
    for capacity in [1, 1024] {
        let baseline = format!("sync_channel, room for {capacity}");
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                handed_over::<Channel>(capacity, n)
            })
            .row(
                format!("BoundedQueue, room for {capacity}"),
                Some(&baseline),
                move |n| handed_over::<BoundedQueue<u64>>(capacity, n),
            )
            .my_row(
                format!("my BoundedQueue, room for {capacity}"),
                Some(&baseline),
                "bounded_queue",
                move |n| handed_over::<mine::bounded_queue::BoundedQueue<u64>>(capacity, n),
            );
    }
    comparison.run(criterion);
}
