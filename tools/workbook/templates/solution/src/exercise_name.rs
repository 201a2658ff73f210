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
        // One step: between the look and the write there is no room for another thread. Relaxed: a number
        // alone publishes nothing.
        self.hits.fetch_add(1, Ordering::Relaxed);
    }

    /// How many hits there were. Those that another thread counts meanwhile may be in it, or not.
    pub fn get(&self) -> u32 {
        // Relaxed: a number alone publishes nothing, so there is nothing to receive.
        self.hits.load(Ordering::Relaxed)
    }
}
