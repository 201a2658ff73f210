use crate::sync::Mutex;
use crate::sync::atomic::{AtomicU64, Ordering};

/// The visits to a museum: each door counts on a thread of its own. This count is under a lock.
///
/// # Examples
///
/// ```
/// use lost_update::LockedVisits;
///
/// let visits = LockedVisits::default();
/// visits.add();
/// assert_eq!(visits.get(), 1);
/// ```
#[derive(Default)]
pub struct LockedVisits {
    count: Mutex<u64>,
}

// ANCHOR: locked
impl LockedVisits {
    /// Counts one more visit, and loses none, however many threads count.
    ///
    /// # Blocking
    ///
    /// Waits while another thread holds the lock.
    pub fn add(&self) {
        // Step 1: right on one thread, wrong on two. Read the table, and mend it.
        let seen = *self.count.lock().unwrap();
        *self.count.lock().unwrap() = seen + 1;
    }

    /// How many visits there were. One that is being counted meanwhile may be
    /// in it, or not.
    ///
    /// # Blocking
    ///
    /// Waits while another thread holds the lock.
    pub fn get(&self) -> u64 {
        *self.count.lock().unwrap()
    }
}
// ANCHOR_END: locked

/// The same visits, counted without a lock.
///
/// # Examples
///
/// ```
/// use lost_update::AtomicVisits;
///
/// let visits = AtomicVisits::default();
/// visits.add();
/// assert_eq!(visits.get(), 1);
/// ```
#[derive(Default)]
pub struct AtomicVisits {
    count: AtomicU64,
}

// ANCHOR: atomic
impl AtomicVisits {
    /// Counts one more visit, and loses none, however many threads count. Never
    /// waits.
    pub fn add(&self) {
        todo!("step 2: count, with a method of `AtomicU64`; its ordering is `Relaxed`")
    }

    /// How many visits there were. One that is being counted meanwhile may be
    /// in it, or not.
    pub fn get(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}
// ANCHOR_END: atomic
