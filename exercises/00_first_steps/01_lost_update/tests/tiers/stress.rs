//! Real threads and many rounds. What the models prove for two threads, this tries with more.

use std::sync::Arc;

use lost_update::{AtomicVisits, LockedVisits};

const DOORS: usize = 4;
const VISITS: usize = 1_000;

/// No visit is lost, however many doors there are.
#[test]
fn four_doors_lose_no_visit() {
    let visits = Arc::new(AtomicVisits::default());
    let counted = Arc::clone(&visits);
    lanes::stress::together(DOORS, VISITS, move |_door, _visit| counted.add());
    let atomic = visits.get() as usize;

    let visits = Arc::new(LockedVisits::default());
    let counted = Arc::clone(&visits);
    lanes::stress::together(DOORS, VISITS, move |_door, _visit| counted.add());
    let locked = visits.get() as usize;

    assert_eq!(
        (atomic, locked),
        (DOORS * VISITS, DOORS * VISITS),
        "visits (atomic, locked) are lost: between the look and the change of one thread came that of another"
    );
}
