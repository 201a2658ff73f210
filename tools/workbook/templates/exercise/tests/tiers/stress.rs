//! Real threads and many rounds. What the models prove for two threads, this tries with more.

use std::sync::Arc;

use exercise_name::Counter;

const THREADS: usize = 4;
const ROUNDS: usize = 1_000;

/// No hit is lost, however many threads count.
#[test]
fn four_threads_lose_no_hit() {
    let hits = Arc::new(Counter::default());
    let counted = Arc::clone(&hits);
    lanes::stress::together(THREADS, ROUNDS, move |_thread, _round| counted.add());
    assert_eq!(
        hits.get() as usize,
        THREADS * ROUNDS,
        "hits are lost: two threads have written the same number"
    );
}
