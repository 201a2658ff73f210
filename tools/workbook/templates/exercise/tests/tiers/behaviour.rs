//! What one thread can see.

use exercise_name::Counter;

/// Nobody has counted anything yet.
#[test]
fn begins_at_zero() {
    assert_eq!(Counter::default().get(), 0, "nobody has called `add`");
}

/// Each `add` is one hit.
#[test]
fn counts_every_hit() {
    let hits = Counter::default();
    hits.add();
    hits.add();
    assert_eq!(hits.get(), 2, "`add` was called twice");
}
