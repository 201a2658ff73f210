//! A model and its limits.

mod entrances;
mod exploration;
mod shortest;

pub use entrances::{expect_bug, explore, model, outcomes, sleeps};

use crate::ordering::Weaken;
use crate::run::{Record, Settings, Stores};

/// After how many steps of all its executions together a model counts as too large to be explored: a matter of
/// seconds. It is counted in steps because a verdict must not depend on how fast a machine is.
const MOST_STEPS: u64 = 5_000_000;

/// A model with limits of its own.
///
/// ```
/// use std::sync::Arc;
///
/// use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
/// use lanes::sync::thread;
///
/// lanes::Model::new().max_threads(2).max_executions(1_000).check(|| {
///     let hits = Arc::new(AtomicU32::new(0));
///     let other = thread::spawn({
///         let hits = Arc::clone(&hits);
///         move || hits.fetch_add(1, Relaxed)
///     });
///     hits.fetch_add(1, Relaxed);
///     other.join().unwrap();
///     assert_eq!(hits.load(Relaxed), 2);
/// });
/// ```
#[derive(Clone, Debug)]
#[must_use = "a model does nothing until it is checked or explored"]
pub struct Model {
    settings: Settings,
    one_schedule: bool,
    second_look: bool,
}

impl Default for Model {
    fn default() -> Self {
        Self::new()
    }
}

impl Model {
    /// A model with the usual limits.
    pub fn new() -> Self {
        Self {
            settings: Settings {
                max_branches: 1_000,
                max_threads: 5,
                max_executions: usize::MAX,
                max_steps: MOST_STEPS,
                preemption_bound: None,
                record: Record::Nothing,
                spurious: true,
                skip_futile_rounds: true,
                weak_failure: None,
                sleepless: None,
                seq_cst_fences: false,
                stores: Stores::AsLoomSays,
                ordered_loads: false,
                ordered_attempts: false,
                weaken: None,
                collect_orderings: false,
            },
            one_schedule: false,
            second_look: true,
        }
    }

    /// How many threads there may be, the model's own included. At most 5, which is the default.
    pub fn max_threads(mut self, threads: usize) -> Self {
        assert!(
            (1..=5).contains(&threads),
            "a model has 1 to 5 threads, not {threads}"
        );
        self.settings.max_threads = threads;
        self
    }

    /// After how many choices an execution counts as a livelock; 1,000 unless told.
    pub fn max_branches(mut self, branches: usize) -> Self {
        self.settings.max_branches = branches;
        self
    }

    /// Stops after that many executions. A model that is cut off passes, but proves nothing, and says so.
    ///
    /// Unless told, a model goes on until all executions are explored, and fails if these are too many: after some
    /// seconds, with the kind [`TooManySchedules`](crate::Kind::TooManySchedules). So this is also the way to let a
    /// large model take its time: ask for more executions than it has.
    pub fn max_executions(mut self, executions: usize) -> Self {
        self.settings.max_executions = executions.max(1);
        self.settings.max_steps = u64::MAX;
        self
    }

    /// Explores only schedules in which threads are interrupted at most that many times. Far fewer than
    /// all, and most bugs need no more than two; but it is not a proof, and says so.
    pub fn preemption_bound(mut self, preemptions: usize) -> Self {
        self.settings.preemption_bound = Some(preemptions);
        self
    }

    /// Whether waits and parks may end, and weak compare-exchanges may fail, without a reason. They may unless
    /// told otherwise: real ones do.
    pub fn spurious(mut self, spurious: bool) -> Self {
        self.settings.spurious = spurious;
        self
    }

    /// Whether to look a second time, for bugs that hide behind a read. It does unless told otherwise.
    ///
    /// Loom remembers only the latest access to an atomic. So one thread's read can hide another's from a store
    /// that should be tried before both, and a bug can pass (its issues 166 and 392). The second look explores
    /// loads in every order, too. There is none if no two threads load the same atomic, and it is cut off after
    /// 6,000 executions and four for each of the first look's; a pass says so.
    pub fn second_look(mut self, look: bool) -> Self {
        self.second_look = look;
        self
    }

    /// Records every execution as it goes. Unless told, a model records nothing until an execution has failed,
    /// and then runs that one again, which is faster. Recording shows a failure of a program that is not
    /// deterministic, too.
    pub fn record_everything(mut self, record: bool) -> Self {
        self.settings.record = if record {
            Record::Everything
        } else {
            Record::Nothing
        };
        self
    }

    /// Accepts a program that has only one schedule.
    pub fn allow_one_schedule(mut self) -> Self {
        self.one_schedule = true;
        self
    }

    /// Replaces one ordering of the source by a weaker one: `FILE:LINE[:COLUMN[:failure]][=ORDERING]`, with the
    /// file relative to its package. Without an ordering it becomes `Relaxed`. If the model still passes, it
    /// does not need that ordering, or is too weak to tell.
    ///
    /// The environment variable `LANES_WEAKEN` does the same to every [`check`](Self::check).
    ///
    /// # Panics
    ///
    /// Panics if it cannot read the text.
    pub fn weaken(mut self, place: &str) -> Self {
        match Weaken::parse(place) {
            Ok(weaken) => self.settings.weaken = Some(weaken),
            Err(error) => panic!("{error}"),
        }
        self
    }
}
