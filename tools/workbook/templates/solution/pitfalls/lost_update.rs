// Pitfall: looks and writes in two steps.
// Caught by: models::two_threads_lose_no_hit
// Because: a hit is lost
// Lesson: Between a load and a store there is room for another thread; its write is overwritten.

use crate::sync::atomic::{AtomicU32, Ordering};

/// Counts hits, on as many threads as there are.
///
/// # Examples
///
/// ```
/// use exercise_name::Counter;
///
/// let hits = Counter::default();
/// hits.add();
/// assert_eq!(hits.get(), 1);
/// ```
#[derive(Default)]
pub struct Counter {
    hits: AtomicU32,
}

impl Counter {
    /// Counts one more hit.
    pub fn add(&self) {
        let hits = self.hits.load(Ordering::Relaxed);
        self.hits.store(hits + 1, Ordering::Relaxed);
    }

    /// How many hits there were. Those that another thread counts meanwhile may be in it, or not.
    pub fn get(&self) -> u32 {
        // Relaxed: a number alone publishes nothing, so there is nothing to receive.
        self.hits.load(Ordering::Relaxed)
    }
}
