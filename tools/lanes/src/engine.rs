//! One run of loom, on a thread of its own, watched from outside.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Once};
use std::thread;
use std::time::{Duration, Instant};

use crate::run::{Aftermath, CutOff, Failure, Progress, Settings, Stuck, Tally};
use crate::{abort, context, sync};

/// What a model is: a closure that is called once per execution.
pub(crate) type Program = Arc<dyn Fn() + Send + Sync>;

/// How long a model may take no step at all before it counts as stuck.
///
/// A step takes some microseconds. What takes seconds waits for something that a model does not know.
const STUCK_AFTER: Duration = Duration::from_secs(4);
/// How often to look.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How a run ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// No execution failed, of those that the settings allow; the tally says whether these were all.
    Explored,
    Failed(Box<Failure>),
    /// No step for [`STUCK_AFTER`], and no panic. The thread cannot be stopped, and has been left behind.
    Stuck(Stuck),
}

/// Runs `program` under every schedule that `settings` allow.
pub(crate) fn run(settings: Settings, program: &Program) -> (Ending, Tally) {
    install_hook();
    let progress = Arc::new(Progress::default());
    let (send, result) = mpsc::channel();
    let program = Arc::clone(program);
    let reported = Arc::clone(&progress);
    // With the name of the test, so that whatever the model prints is the test's.
    let name = thread::current().name().unwrap_or("model").to_owned();
    thread::Builder::new()
        .name(name)
        .spawn(move || {
            // The receiver is gone only if this thread was given up.
            let _ = send.send(explore(settings, program, reported));
        })
        .expect("the system has a thread to spare");

    let mut before = 0;
    let mut since = Instant::now();
    loop {
        match result.recv_timeout(LOOK_EVERY) {
            Ok((panic, tally)) => return (ending(panic, &progress, &tally), tally),
            Err(RecvTimeoutError::Disconnected) => unreachable!("the run catches its panics"),
            Err(RecvTimeoutError::Timeout) if progress.panicked_again.load(Ordering::Acquire) => {
                let ending = left_behind(&progress, Aftermath::PanickedAgain);
                return (ending, Tally::default());
            }
            // A program that catches every panic, in a loop, would catch the one that ends it, too.
            Err(RecvTimeoutError::Timeout) if progress.caught.load(Ordering::Acquire) => {
                return (left_behind(&progress, Aftermath::Caught), Tally::default());
            }
            Err(RecvTimeoutError::Timeout) => {
                let steps = progress.steps.load(Ordering::Relaxed);
                if steps != before {
                    (before, since) = (steps, Instant::now());
                } else if since.elapsed() >= STUCK_AFTER {
                    return (left_behind(&progress, Aftermath::Stuck), Tally::default());
                }
            }
        }
    }
}

/// The run itself. Loom calls `program` from coroutines on this thread.
fn explore(
    settings: Settings,
    program: Program,
    progress: Arc<Progress>,
) -> (thread::Result<()>, Tally) {
    let mut loom = loom::model::Builder::new();
    // Every field: the variables that loom reads from the environment would change what a test means.
    loom.max_threads = settings.max_threads;
    loom.max_branches = settings.max_branches;
    loom.preemption_bound = settings.preemption_bound;
    // Loom looks at its limits only now and then, and does not say when it has reached one. Ours are looked at where
    // an execution begins.
    loom.max_permutations = None;
    loom.checkpoint_interval = usize::MAX;
    loom.max_duration = None;
    loom.checkpoint_file = None;
    loom.location = false;
    loom.log = false;
    loom.expect_explicit_explore = false;

    context::start(settings, progress);
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        loom.check(move || {
            context::start_execution();
            sync::start_execution();
            context::run_thread(&*program);
        });
    }));
    let result = match result {
        Err(payload) if payload.is::<CutOff>() => Ok(()),
        result => result,
    };
    (result, context::finish())
}

fn ending(result: thread::Result<()>, progress: &Progress, tally: &Tally) -> Ending {
    let Err(panic) = result else {
        return Ending::Explored;
    };
    if let Some(failure) = noted(progress, Aftermath::Unwound) {
        return Ending::Failed(failure);
    }
    Ending::Failed(Box::new(Failure {
        // Nothing went through the hook. Loom's coroutines report an overflow of their stacks so.
        message: context::message(&*panic).unwrap_or_else(|| String::from("stack overflow")),
        place: None,
        thread: None,
        execution: tally.executions,
        steps: Vec::new(),
        pending: Vec::new(),
        objects: Vec::new(),
        threads: Vec::new(),
        aftermath: Aftermath::Unwound,
    }))
}

/// The panic that ended a run, if one was noted.
fn noted(progress: &Progress, aftermath: Aftermath) -> Option<Box<Failure>> {
    let failure = progress.failure.lock().ok()?.take()?;
    let caught = progress.caught.load(Ordering::Acquire);
    let aftermath = if caught { Aftermath::Caught } else { aftermath };
    Some(Box::new(Failure {
        aftermath,
        ..failure
    }))
}

/// The ending of a run whose thread will never come back.
fn left_behind(progress: &Progress, aftermath: Aftermath) -> Ending {
    match noted(progress, aftermath) {
        Some(failure) => Ending::Failed(failure),
        None => Ending::Stuck(stuck(progress)),
    }
}

fn stuck(progress: &Progress) -> Stuck {
    let site = progress.site.load(Ordering::Relaxed);
    // SAFETY: null, or made from a `&'static Location` in `begin`.
    let site = unsafe { site.as_ref() };
    let thread = progress.thread.load(Ordering::Relaxed);
    Stuck {
        last_step: site.map(|site| (site.file().to_owned(), site.line(), site.column(), thread)),
    }
}

/// Makes panics inside models silent: they are shown as a report. All others go where they went before.
fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        abort::watch(context::about_to_abort);
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let text = context::message(info.payload());
            let text = text.unwrap_or_else(|| String::from("(no message)"));
            let place = info
                .location()
                .map(|place| (place.file().to_owned(), place.line(), place.column()));
            if !context::note_panic(text, place) {
                before(info);
            }
        }));
    });
}
