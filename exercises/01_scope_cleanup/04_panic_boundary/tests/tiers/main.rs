//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

// For the tests of what is left in memory.
#[global_allocator]
static COUNTING: lanes::memory::Counting = lanes::memory::Counting;

use std::panic::{RefUnwindSafe, resume_unwind};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What `crate::sync` means in the copy of your source that the models explore.
use lanes::sync;

/// Begins a panic with the payload of `panic!("…")`. It unwinds as that does but prints nothing: what you
/// read in the output is about your code.
fn panic_with(text: &'static str) -> ! {
    resume_unwind(Box::new(text))
}

/// A clock that stands still until a test moves it.
#[derive(Clone, Default)]
struct TestClock(Arc<AtomicU64>);

impl TestClock {
    fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    /// The clock in the form in which a budget takes it.
    fn reading(&self) -> impl Fn() -> Duration + Send + Sync + 'static {
        let now = Arc::clone(&self.0);
        move || Duration::from_secs(now.load(Ordering::Relaxed))
    }
}

/// A clock that says what a test tells it to, to the nanosecond.
#[derive(Clone, Default)]
struct ExactClock(Arc<Mutex<Duration>>);

impl ExactClock {
    fn set(&self, now: Duration) {
        *self.0.lock().unwrap() = now;
    }

    /// The clock in the form in which a budget takes it.
    fn reading(&self) -> impl Fn() -> Duration + Send + Sync + 'static {
        let now = Arc::clone(&self.0);
        move || *now.lock().unwrap()
    }
}

/// What the jobs of these tests return when they are run for the twentieth time: nobody keeps to a budget.
const NEVER_STOPPED: u32 = 20;

/// Work that panics `failures` times and then returns how often it was run.
fn flaky(failures: usize) -> impl Fn() -> u32 + Send + 'static + RefUnwindSafe {
    let runs = AtomicU32::new(0);
    move || {
        let run = runs.fetch_add(1, Ordering::Relaxed) + 1;
        if run as usize <= failures && run < NEVER_STOPPED {
            panic_with("a flaky job");
        }
        run
    }
}

/// Work that panics each time, as `raise` does.
fn panicking(raise: fn() -> u32) -> impl Fn() -> u32 + Send + 'static + RefUnwindSafe {
    let runs = AtomicU32::new(0);
    move || match runs.fetch_add(1, Ordering::Relaxed) + 1 {
        NEVER_STOPPED => NEVER_STOPPED,
        _ => raise(),
    }
}
