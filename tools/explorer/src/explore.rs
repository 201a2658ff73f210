//! The entrance.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::failure::{Failure, Kind};
use crate::limit::Limit;
use crate::op::Content;
use crate::program::Program;
use crate::promise::Promise;
use crate::replay::{self, Replayed};
use crate::schedule::Schedule;
use crate::search::Search;
use crate::watch::{Nobody, Watch};

/// How to explore. What is not a limit changes nothing but the time that it takes.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Explore equal states once.
    pub merge: bool,
    /// Take steps that are of no interest to others at once.
    pub reduce: bool,
    /// Explore only one order of independent steps.
    pub sleep: bool,
    /// Give up after so many states. Among SeqCst and weaker accesses one counts for 20.
    pub most_states: usize,
    /// Give up at an execution of so many steps.
    pub most_steps: usize,
    /// Give up when the program was started so often.
    pub most_executions: usize,
    /// How often each thread may wake up for no reason; as often as it likes if that is not said.
    pub wakes: Option<u8>,
    /// What the program promises: to break it is a failure.
    pub promise: Promise,
    /// End with a failure: the one that is shown best.
    pub stop: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            merge: true,
            reduce: true,
            sleep: true,
            most_states: 2_000_000,
            most_steps: 5_000,
            most_executions: 200_000,
            wakes: None,
            promise: Promise::Ends,
            stop: false,
        }
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// All that the program can return.
    pub outcomes: BTreeSet<T>,
    /// The first failure of each kind.
    pub failures: Vec<Failure>,
    /// How many different states there are.
    pub states: usize,
    /// How many steps were taken between states.
    pub steps: usize,
    /// How often the program itself was started.
    pub runs: usize,
    /// Whether there was ever more than one way to go. If not, nothing was explored.
    pub has_choices: bool,
    /// Whether something decides what a thread does that it is not told, such as a lock of `std`: then executions were
    /// explored one by one, and what bypasses the explorer has had only one order in each.
    pub hidden: bool,
    /// Whether a thread may wake up for no reason: there are condition variables, or parks.
    pub sleeps: bool,
    /// Why not everything was explored; `None` if everything was, or the first failure was enough.
    pub limit: Option<Limit>,
    /// How long it took.
    pub elapsed: Duration,
}

impl<T> Found<T> {
    /// Whether the program can fail like that.
    pub fn has(&self, kind: Kind) -> bool {
        self.failures.iter().any(|failure| failure.kind == kind)
    }
}

/// Explores every execution of `program` that the language allows, within the limits that the crate's documentation names.
/// What a program returns is compared by value; it must not hold anything that takes steps.
///
/// It runs the program on the calling thread, many times, and blocks until all is explored. A loop in the program that takes
/// no step and does not end is not noticed.
///
/// # Panics
///
/// Panics inside a program that is being explored.
pub fn explore<T: Ord + 'static>(
    settings: &Settings,
    program: impl Fn() -> T + 'static,
) -> Found<T> {
    run(settings, program, &Nobody, false)
}

/// As [`explore`], and shows the failures to `watch`, whose thread's panic hook is called for each panic of the program.
///
/// # Panics
///
/// As [`explore`].
pub fn explore_watched<T: Ord + 'static>(
    settings: &Settings,
    program: impl Fn() -> T + 'static,
    watch: &dyn Watch,
) -> Found<T> {
    run(settings, program, watch, true)
}

/// Runs `program` along one schedule, and from its end on to some end. Shows the failure to `watch` if there is one.
///
/// A schedule fits the program that it was made from, and others that take the same steps. It is no exploration: that it
/// passes says nothing of other schedules.
///
/// # Panics
///
/// As [`explore`].
pub fn replay<T: 'static>(
    settings: &Settings,
    program: impl Fn() -> T + 'static,
    schedule: &Schedule,
    watch: &dyn Watch,
) -> Replayed {
    let main = move || {
        program();
        Content::Value(0)
    };
    let mut program = prepare(settings, Rc::new(main), true);
    replay::replay(&mut program, schedule, watch)
}

fn prepare(settings: &Settings, main: Rc<dyn Fn() -> Content>, watched: bool) -> Program {
    let mut program = Program::new(main, watched);
    program.most_steps = settings.most_steps;
    program.promise = settings.promise;
    program.uses.wakes = settings.wakes;
    program
}

fn run<T: Ord + 'static>(
    settings: &Settings,
    program: impl Fn() -> T + 'static,
    watch: &dyn Watch,
    watched: bool,
) -> Found<T> {
    let start = Instant::now();
    let values: Rc<RefCell<Vec<T>>> = Rc::default();
    let seen = Rc::clone(&values);
    let main = move || {
        let value = program();
        let mut seen = seen.borrow_mut();
        let known = seen.iter().position(|old| *old == value);
        let number = known.unwrap_or_else(|| {
            seen.push(value);
            seen.len() - 1
        });
        Content::Value(number as u128)
    };
    let program = prepare(settings, Rc::new(main), watched);
    let mut search = Search::new(settings, program, watch);
    search.run();
    let (states, steps, limit) = (search.states(), search.steps, search.limit);
    let (has_choices, hidden) = (search.has_choices, search.program.history.is_by_path());
    let sleeps = search.program.sleeps;
    let Search {
        ended,
        failures,
        program,
        ..
    } = search;
    let runs = program.runner.runs;
    drop(program);
    let mut all: Vec<Option<T>> = values.take().into_iter().map(Some).collect();
    let outcomes = ended
        .into_iter()
        .filter_map(|number| all[number as usize].take())
        .collect();
    Found {
        outcomes,
        failures,
        states,
        steps,
        runs,
        has_choices,
        hidden,
        sleeps,
        limit,
        elapsed: start.elapsed(),
    }
}
