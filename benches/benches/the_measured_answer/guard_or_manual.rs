//! The question itself: every primitive, by hand and by guard, on one thread, uncontended.

use bench_kit::Comparison;
use benches::release;
use criterion::Criterion;

pub(crate) fn guard_or_manual(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "guard_or_manual",
        "Take, work, give back: by guard, by hand",
    )
    .with_crate("crossbeam-epoch")
    .with_crate("parking_lot");
    for primitive in release::all() {
        let by_hand = format!("{}, by hand", primitive.name);
        comparison = comparison
            .row(&by_hand, Some(&by_hand), primitive.by_hand)
            .row(
                format!("{}, by guard", primitive.name),
                Some(&by_hand),
                primitive.by_guard,
            );
    }
    comparison.run(criterion);
}
