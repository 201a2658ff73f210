//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.
//!
//! Nothing here sleeps: the tests move the clock.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What `crate::sync` means in the copy of your source that the models explore: `lanes::sync`, in which waiting is noticed.
use lanes::waits as sync;

/// A clock that stands still until a test moves it.
#[derive(Clone, Default)]
struct TestClock(Arc<AtomicU64>);

impl TestClock {
    /// So many milliseconds pass.
    fn advance(&self, ms: u64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }

    /// The clock goes back to this time.
    fn set(&self, ms: u64) {
        self.0.store(ms, Ordering::Relaxed);
    }

    /// The clock in the form in which a breaker takes it.
    fn reading(&self) -> impl Fn() -> Duration + Send + Sync + 'static {
        let now = Arc::clone(&self.0);
        move || Duration::from_millis(now.load(Ordering::Relaxed))
    }
}
