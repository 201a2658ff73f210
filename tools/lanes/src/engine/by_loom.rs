//! loom: a second opinion.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use super::{Outcome, Program, execute, noted, watched};
use crate::context;
use crate::pass::Second;
use crate::run::{Aftermath, CutOff, Progress, Settings, Tally};

/// How many steps loom may take in an execution. Beyond that it speaks of too many branches.
const MOST_BRANCHES: usize = 2_000;

/// What it says then.
const GAVE_UP: &str = "Model exceeded maximum number of branches";

/// Has loom run `program`.
pub(crate) fn second_opinion(settings: &Settings, program: &Program) -> Second {
    let progress = Arc::new(Progress::default());
    let (settings, program) = (settings.clone(), Arc::clone(program));
    let watched_progress = Arc::clone(&progress);
    match watched(&progress, move || run(settings, program, watched_progress)) {
        Outcome::Ended(second) => second,
        Outcome::Failed(failure) => Second {
            executions: 0,
            complete: false,
            objection: Some(failure.message),
        },
        Outcome::Stuck(_) => Second {
            executions: 0,
            complete: false,
            objection: Some(String::from("it takes no step")),
        },
    }
}

/// loom calls `program` from coroutines on this thread.
fn run(settings: Settings, program: Program, progress: Arc<Progress>) -> Second {
    let mut loom = loom::model::Builder::new();
    // Every field: the variables that loom reads from the environment would change what a test means.
    loom.max_threads = loom::MAX_THREADS;
    loom.max_branches = MOST_BRANCHES;
    loom.preemption_bound = None;
    // loom looks at its limits only now and then, and does not say when it has reached one. Ours are looked at where
    // an execution begins.
    loom.max_permutations = None;
    loom.checkpoint_interval = usize::MAX;
    loom.max_duration = None;
    loom.checkpoint_file = None;
    loom.location = false;
    loom.log = false;
    loom.expect_explicit_explore = false;

    context::start(settings, Arc::clone(&progress));
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        loom.check(move || {
            execute(&program);
        });
    }));
    let Tally {
        executions,
        is_cut_off,
        ..
    } = context::finish();
    let objection = result
        .err()
        .filter(|payload| !payload.is::<CutOff>())
        .map(|payload| {
            let noted = noted(&progress, Aftermath::Unwound).map(|failure| failure.message);
            let said = noted.or_else(|| context::message(&*payload));
            said.unwrap_or_else(|| String::from("stack overflow"))
        });
    let gave_up = objection.as_ref().is_some_and(|it| it.starts_with(GAVE_UP));
    Second {
        executions: executions - usize::from(objection.is_some()),
        complete: !is_cut_off && objection.is_none(),
        // That an execution is too long for it says nothing of the program.
        objection: objection.filter(|_| !gave_up),
    }
}
