//! Our own engine: its verdict counts.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use explorer::{Found, Kind, Limit, Schedule, Settings as Exploration, Watch, Woken};

use super::{Outcome, Program, execute, noted, watched};
use crate::context;
use crate::run::{Aftermath, Cause, Failure, Progress, Settings, Stuck, Tally};

/// How an exploration ended.
#[derive(Debug)]
pub(crate) enum Explored {
    /// No execution fails, of those within the limit; the limit says whether these were all.
    Passed(Passed),
    Failed(Box<Failure>),
    /// No step for seconds. The thread cannot be stopped, and has been left behind.
    Stuck(Stuck),
}

/// What was explored.
#[derive(Debug)]
pub(crate) struct Passed {
    pub(crate) states: usize,
    /// The numbers of what the executions end with.
    pub(crate) outcomes: BTreeSet<usize>,
    pub(crate) has_choices: bool,
    pub(crate) hidden: bool,
    /// Whether a thread may wake up for no reason.
    pub(crate) sleeps: bool,
    pub(crate) limit: Option<Limit>,
    pub(crate) tally: Tally,
}

/// Explores all executions of `program`.
pub(crate) fn explore(settings: &Settings, program: &Program) -> Explored {
    let explored = on_explorer(settings, program, |exploration, program, shown| {
        explorer::explore_watched(exploration, move || execute(&program), shown)
    });
    match explored {
        Outcome::Ended((_, Some(failure), _)) => Explored::Failed(Box::new(failure)),
        Outcome::Ended((found, None, tally)) => Explored::Passed(passed(found, tally)),
        Outcome::Failed(failure) => Explored::Failed(failure),
        Outcome::Stuck(stuck) => Explored::Stuck(stuck),
    }
}

/// Has `run` call the engine, on a thread that is watched. Returns as well what the engine has shown, and the tally.
fn on_explorer<T: Send + 'static>(
    settings: &Settings,
    program: &Program,
    run: impl FnOnce(&Exploration, Program, &Shown) -> T + Send + 'static,
) -> Outcome<(T, Option<Failure>, Tally)> {
    let progress = Arc::new(Progress::default());
    let (settings, program) = (settings.clone(), Arc::clone(program));
    let shown = Shown {
        progress: Arc::clone(&progress),
        failure: RefCell::new(None),
    };
    watched(&progress, move || {
        let exploration = exploration(&settings);
        context::start(settings, Arc::clone(&shown.progress));
        let result = run(&exploration, program, &shown);
        (result, shown.failure.into_inner(), context::finish())
    })
}

/// How many states there may be for each time that the program is run. A program that does something new again and again has
/// to be run for each.
const RUNS: usize = 25;

fn exploration(settings: &Settings) -> Exploration {
    Exploration {
        most_states: settings.max_states,
        most_steps: settings.max_steps,
        most_executions: settings.max_states / RUNS,
        wakes: settings.wakes,
        promise: settings.promise,
        stop: true,
        ..Exploration::default()
    }
}

fn passed(found: Found<usize>, tally: Tally) -> Passed {
    Passed {
        states: found.states,
        outcomes: found.outcomes,
        has_choices: found.has_choices,
        hidden: found.hidden,
        sleeps: found.sleeps,
        limit: found.limit,
        tally,
    }
}

/// What became of a schedule.
#[derive(Debug)]
pub(crate) enum Replayed {
    Passed,
    Failed(Box<Failure>),
    Stuck(Stuck),
    /// It is none of this program: why.
    Misfit(String),
}

/// Runs `program` along one schedule.
pub(crate) fn replay(settings: &Settings, program: &Program, schedule: &Schedule) -> Replayed {
    let schedule = schedule.clone();
    let replayed = on_explorer(settings, program, move |exploration, program, shown| {
        explorer::replay(exploration, move || execute(&program), &schedule, shown)
    });
    match replayed {
        Outcome::Ended((_, Some(failure), _)) => Replayed::Failed(Box::new(failure)),
        Outcome::Ended((explorer::Replayed::Misfit { steps, why }, None, _)) => {
            Replayed::Misfit(format!("after {steps} of its steps, {why}"))
        }
        Outcome::Ended((_, None, _)) => Replayed::Passed,
        Outcome::Failed(failure) => Replayed::Failed(failure),
        Outcome::Stuck(stuck) => Replayed::Stuck(stuck),
    }
}

/// Takes down the execution that is shown.
struct Shown {
    progress: Arc<Progress>,
    failure: RefCell<Option<Failure>>,
}

impl Watch for Shown {
    fn pulse(&self) {
        // Only this thread writes: no read-modify-write is needed.
        let steps = self.progress.steps.load(Ordering::Relaxed);
        self.progress.steps.store(steps + 1, Ordering::Relaxed);
    }

    fn sleeps(&self, thread: usize) {
        context::sleeps(thread);
    }

    fn wakes(&self, thread: usize, why: Woken) {
        context::wakes(thread, why);
    }

    fn interrupts(&self, thread: usize) {
        context::interrupts(thread);
    }

    fn ends(&self, failure: &explorer::Failure) {
        let cause = match failure.kind {
            Kind::Race => Cause::Race,
            Kind::UseAfterFree => Cause::UseAfterFree,
            Kind::Leak => Cause::Leak,
            Kind::Deadlock => Cause::Deadlock,
            Kind::Livelock => Cause::Livelock,
            Kind::Waits => Cause::Waits,
            Kind::NotDeterministic => Cause::NotDeterministic,
            _ => Cause::Panic,
        };
        let panic = match cause {
            Cause::Panic => noted(&self.progress, Aftermath::Unwound),
            _ => None,
        };
        let mut shown = match panic {
            Some(failure) => *failure,
            None => context::failure(failure.message.clone(), None),
        };
        shown.cause = cause;
        shown.memory = failure.memory;
        shown.schedule = failure.schedule.clone();
        if cause != Cause::Panic {
            shown.thread = failure.thread;
        }
        *self.failure.borrow_mut() = Some(shown);
    }
}
