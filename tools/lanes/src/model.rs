//! A model and its limits.

mod entrances;
mod exploration;
mod promises;
mod replay;

pub use entrances::{expect_bug, explore, model, outcomes, sleeps};
pub use promises::{lock_free, never_waits, own_steps};

use explorer::Promise;

use crate::ordering::Weaken;
use crate::run::Settings;

/// After how many states a model counts as too large to be explored: a matter of seconds. It is counted in states because
/// a verdict must not depend on how fast a machine is.
const MOST_STATES: usize = 500_000;

/// After how many steps an execution counts as one without an end.
const MOST_STEPS: usize = 5_000;

/// How many executions loom runs, unless `LANES_LOOM` says otherwise.
const EXECUTIONS_BY_LOOM: usize = 100;

/// A model with limits of its own.
///
/// ```
/// use std::sync::Arc;
///
/// use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
/// use lanes::sync::thread;
///
/// lanes::Model::new().max_states(1_000).check(|| {
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
}

impl Default for Model {
    fn default() -> Self {
        Self::new()
    }
}

/// As many as `LANES_LOOM` says.
fn executions_by_loom() -> usize {
    let Some(asked) = std::env::var_os("LANES_LOOM") else {
        return EXECUTIONS_BY_LOOM;
    };
    let count = asked.to_str().and_then(|count| count.parse().ok());
    count.unwrap_or_else(|| {
        panic!("LANES_LOOM is {asked:?}: give it the number of executions that loom is to run, as in LANES_LOOM=100")
    })
}

impl Model {
    /// A model with the usual limits.
    ///
    /// # Panics
    ///
    /// If the variable `LANES_LOOM` is set to something that is no number.
    pub fn new() -> Self {
        Self {
            settings: Settings {
                max_states: MOST_STATES,
                max_steps: MOST_STEPS,
                max_executions: executions_by_loom(),
                wakes: None,
                promise: Promise::Ends,
                weaken: None,
                collect_orderings: false,
            },
            one_schedule: false,
        }
    }

    /// How many states there may be; 500,000 unless told.
    ///
    /// A model with more of them fails with the kind [`TooManySchedules`](crate::Kind::TooManySchedules), for nothing is
    /// proved. So this is the way to let a large model take its time.
    pub fn max_states(mut self, states: usize) -> Self {
        self.settings.max_states = states;
        self
    }

    /// How many steps an execution may have; 5,000 unless told. One with more of them fails in the same way.
    pub fn max_steps(mut self, steps: usize) -> Self {
        self.settings.max_steps = steps;
        self
    }

    /// How many executions loom runs when our own engine has found nothing; 100 unless told, here or by the variable
    /// `LANES_LOOM`. None at all if it is 0.
    pub fn loom_executions(mut self, executions: usize) -> Self {
        self.settings.max_executions = executions;
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
