use std::any::Any;
use std::collections::VecDeque;
use std::fmt;
use std::panic::{RefUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use crate::sync::{Mutex, thread};

/// What [`Panicked::message`] returns for a payload that is not text.
pub const NOT_TEXT: &str = "a panic whose payload is not text";

/// A caught panic, with its payload.
pub struct Panicked {
    /// As the job threw it. A job may throw any type, with [`std::panic::panic_any`].
    pub payload: Box<dyn Any + Send>,
}

impl Panicked {
    // ANCHOR: message
    /// What the panic said, or [`NOT_TEXT`].
    ///
    /// `panic!("full")` throws a `&'static str`, `panic!("{n} left")` throws a `String`.
    pub fn message(&self) -> &str {
        todo!("look for a `&'static str`, then for a `String`; else it is `NOT_TEXT`")
    }
    // ANCHOR_END: message
}

impl fmt::Debug for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Panicked").field(&self.message()).finish()
    }
}

/// State that several jobs change, and that no panic leaves half changed.
///
/// | the slot | meaning |
/// |---|---|
/// | `Some(state)` | whole: the last change returned |
/// | `None` | not used yet, or the last change panicked: the next one starts from `fresh()` |
///
/// # Examples
///
/// ```
/// use panic_boundary::Shared;
///
/// let log = Shared::new(Vec::new);
/// log.with(|lines| lines.push("started"));
/// assert_eq!(log.with(|lines| lines.len()), 1);
/// ```
pub struct Shared<S> {
    fresh: fn() -> S,
    slot: Mutex<Option<S>>,
}

/// A panic halfway through a change discards the state, so no later caller observes it broken.
impl<S> RefUnwindSafe for Shared<S> {}

impl<S> Shared<S> {
    /// Makes a shared state that starts as `fresh()`, and starts afresh after a panic.
    pub fn new(fresh: fn() -> S) -> Self {
        Self {
            fresh,
            slot: Mutex::new(None),
        }
    }

    // ANCHOR: with
    /// Changes or reads the state, with exclusive access to it.
    ///
    /// # Blocking
    ///
    /// Waits while another thread is in `with`. A `with` nested in a `with` of the
    /// same state deadlocks.
    ///
    /// # Panics
    ///
    /// Panics if `change` does; then the state is dropped, and the next `with` gets
    /// a fresh one.
    pub fn with<R>(&self, change: impl FnOnce(&mut S) -> R) -> R {
        todo!("lend the state, so that a panic of `change` leaves nothing of it behind")
    }
    // ANCHOR_END: with
}

/// How often a supervisor may restart: at most `restarts` times in any period of length `window`,
/// for all of its jobs together.
pub struct Budget {
    restarts: usize,
    window: Duration,
    clock: Box<dyn Fn() -> Duration + Send + Sync>,
    /// The times of the granted restarts that still count, oldest first.
    granted: Mutex<VecDeque<Duration>>,
}

impl Budget {
    /// Makes an untouched budget. `clock` returns the time elapsed since some fixed moment:
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    /// use panic_boundary::Budget;
    ///
    /// let started = Instant::now();
    /// let budget = Budget::new(5, Duration::from_secs(60), move || started.elapsed());
    /// assert!(budget.take());
    /// ```
    pub fn new(
        restarts: usize,
        window: Duration,
        clock: impl Fn() -> Duration + Send + Sync + 'static,
    ) -> Self {
        Self {
            restarts,
            window,
            clock: Box::new(clock),
            granted: Mutex::new(VecDeque::new()),
        }
    }

    // ANCHOR: take
    /// Asks for one restart, now. Returns whether it is granted; never waits for
    /// the window to move on.
    ///
    /// A restart granted at `t` counts until just before `t + window`. A refused one does not count.
    pub fn take(&self) -> bool {
        todo!("forget what has left the window, then grant one more if it fits")
    }
    // ANCHOR_END: take
}

/// Work that may panic, and the value to return if it does so too often.
///
/// A job is run again after a panic, so a panic must not leave what it captures broken: the bound
/// [`RefUnwindSafe`] rejects a plain `Cell`, and accepts atomics, `Mutex` and [`Shared`].
///
/// ```compile_fail,E0277
/// # use std::cell::Cell;
/// # use panic_boundary::Job;
/// let attempts = Cell::new(0);
/// let job = Job::new(0, move || { // error[E0277]: … may contain interior mutability …
///     attempts.set(attempts.get() + 1);
///     attempts.get()
/// });
/// ```
pub struct Job<T> {
    work: Box<dyn Fn() -> T + Send + RefUnwindSafe>,
    fallback: T,
}

impl<T> Job<T> {
    /// Makes a job that runs `work`, and returns `fallback` if that fails.
    pub fn new(fallback: T, work: impl Fn() -> T + Send + RefUnwindSafe + 'static) -> Self {
        Self {
            work: Box::new(work),
            fallback,
        }
    }
}

/// What became of a job.
#[derive(Debug)]
pub struct Outcome<T> {
    /// What the job returned, or its fallback.
    pub value: T,
    /// Whether `value` is the fallback.
    pub degraded: bool,
    /// Every panic of the job, the first one first.
    pub panics: Vec<Panicked>,
}

/// Runs jobs, each behind a boundary that contains its panics.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use panic_boundary::{Budget, Job, Supervisor};
///
/// let no_restarts = Budget::new(0, Duration::from_secs(60), || Duration::ZERO);
/// let supervisor = Arc::new(Supervisor::new(no_restarts));
/// let outcomes = supervisor.run_all(vec![
///     Job::new(0, || "12".parse().unwrap()),
///     Job::new(0, || "twelve".parse().unwrap()),
/// ]);
/// assert_eq!((outcomes[0].value, outcomes[0].degraded), (12, false));
/// assert_eq!((outcomes[1].value, outcomes[1].degraded), (0, true));
/// assert!(outcomes[1].panics[0].message().contains("InvalidDigit"));
/// ```
pub struct Supervisor {
    budget: Budget,
}

impl Supervisor {
    /// Makes a supervisor whose jobs share `budget`.
    pub fn new(budget: Budget) -> Self {
        Self { budget }
    }

    // ANCHOR: run
    /// Runs `job` on this thread, and again after each panic for as long as the budget
    /// grants it.
    ///
    /// A panicking destructor, of the job's captures or of a payload, is not
    /// handled.
    pub fn run<T>(&self, job: Job<T>) -> Outcome<T> {
        todo!("run the job behind a boundary, until it returns or the budget refuses")
    }

    /// Runs all jobs concurrently, each on a thread of its own, and joins them all.
    ///
    /// The outcomes come in the order of the jobs.
    pub fn run_all<T: Send + 'static>(self: &Arc<Self>, jobs: Vec<Job<T>>) -> Vec<Outcome<T>> {
        todo!("start a worker for each job, and then wait for each")
    }
    // ANCHOR_END: run
}
