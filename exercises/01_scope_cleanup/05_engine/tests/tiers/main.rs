//! Three tiers, easiest first: behaviour of one engine, stress on real threads, models of every schedule.
//! And one on the side: leaks, counted from outside.

mod behaviour;
mod leaks;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

// For the tests of what is left in memory.
#[global_allocator]
static COUNTING: lanes::memory::Counting = lanes::memory::Counting;

use std::cell::Cell;
use std::convert::Infallible;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use engine::Submitter;

/// What `crate::sync` means in the copy of your source that the models explore.
use lanes::sync;

/// The queue of your engine, for the same copy.
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod queue {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/queue.rs"));
}

/// Begins a panic that prints nothing: what you read in the output is about your code.
fn panic_with(text: &'static str) -> ! {
    resume_unwind(Box::new(text))
}

/// What happened, in the order in which it did.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    #[track_caller]
    fn expect(&self, expected: &[&str], hint: &str) {
        assert_eq!(*self.0.lock().unwrap(), expected, "{hint}");
    }

    /// For [`engine::Engine::part`]: notes the opening, and on drop the closing.
    fn part(
        &self,
        name: &'static str,
    ) -> impl FnOnce(&Submitter) -> Result<Noted, Infallible> + use<> {
        let log = self.clone();
        move |_submitter| {
            log.note(format!("open {name}"));
            Ok(Noted { log, name })
        }
    }
}

/// The guard of a part that notes when it is closed.
struct Noted {
    log: Log,
    name: &'static str,
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.log.note(format!("close {}", self.name));
    }
}

/// Counts threads by a value that each keeps and drops when it ends, which is before it can be joined.
///
/// It takes its time to drop. Who joins waits for that; who does not finds the thread alive.
#[derive(Clone, Default)]
struct Census(Arc<AtomicUsize>);

struct Alive(Census);

impl Drop for Alive {
    fn drop(&mut self) {
        std::thread::sleep(Duration::from_millis(10));
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

thread_local! {
    static ALIVE: Cell<Option<Alive>> = const { Cell::new(None) };
}

impl Census {
    /// Makes each of the engine's `workers` known to this census, and returns when all are.
    fn take(&self, submitter: &Submitter, workers: usize) {
        // A worker that waits at the barrier cannot run a second of these jobs.
        let all_here = Arc::new(Barrier::new(workers + 1));
        for _ in 0..workers {
            let (census, all_here) = (self.clone(), Arc::clone(&all_here));
            let accepted = submitter.submit(move || {
                census.0.fetch_add(1, Ordering::Relaxed);
                ALIVE.set(Some(Alive(census)));
                all_here.wait();
            });
            accepted.expect("an engine that has not been stopped accepts work");
        }
        all_here.wait();
    }

    /// How many threads that were counted have not ended.
    fn alive(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}
