//! One run of loom, on a thread of its own, watched from outside.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Once};
use std::thread;
use std::time::{Duration, Instant};

use crate::context::{self, Failure, Settings, Shared, Tally};

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
    /// Every execution that the settings allow was explored without a failure.
    Explored,
    Failed(Box<Failure>),
    /// No step for [`STUCK_AFTER`]. The thread cannot be stopped, and has been left behind.
    Stuck(Stuck),
}

/// Where a model got stuck.
#[derive(Clone, Debug)]
pub(crate) struct Stuck {
    /// The last step: file, line, column and thread.
    pub(crate) last_step: Option<(String, u32, u32, usize)>,
    /// The panic that came before, if the thread got stuck while it unwound.
    pub(crate) failure: Option<Box<Failure>>,
}

/// Runs `program` under every schedule that `settings` allow.
pub(crate) fn run(settings: Settings, program: &Program) -> (Ending, Tally) {
    install_hook();
    let shared = Arc::new(Shared::default());
    let (send, result) = mpsc::channel();
    let program = Arc::clone(program);
    let theirs = Arc::clone(&shared);
    // With the name of the test, so that whatever the model prints is the test's.
    let name = thread::current().name().unwrap_or("model").to_owned();
    thread::Builder::new()
        .name(name)
        .spawn(move || {
            // The receiver is gone only if this thread was given up.
            let _ = send.send(explore(settings, program, theirs));
        })
        .expect("the system has a thread to spare");

    let mut before = 0;
    let mut since = Instant::now();
    loop {
        match result.recv_timeout(LOOK_EVERY) {
            Ok((panic, tally)) => return (ending(panic, &shared, &tally), tally),
            Err(RecvTimeoutError::Disconnected) => unreachable!("the run catches its panics"),
            Err(RecvTimeoutError::Timeout) => {
                let steps = shared.steps.load(Ordering::Relaxed);
                if steps != before {
                    (before, since) = (steps, Instant::now());
                } else if since.elapsed() >= STUCK_AFTER {
                    return (Ending::Stuck(stuck(&shared)), Tally::default());
                }
            }
        }
    }
}

/// The run itself. Loom calls `program` from coroutines on this thread.
fn explore(
    settings: Settings,
    program: Program,
    shared: Arc<Shared>,
) -> (thread::Result<()>, Tally) {
    let mut loom = loom::model::Builder::new();
    // Every field: the variables that loom reads from the environment would change what a test means.
    loom.max_threads = settings.max_threads;
    loom.max_branches = settings.max_branches;
    loom.preemption_bound = settings.preemption_bound;
    // Loom looks at the limit once per interval, and would otherwise do so after the first 20,000.
    // One more than allowed: whoever needs it has been cut off.
    loom.max_permutations = Some(settings.max_executions + 2);
    loom.checkpoint_interval = settings.max_executions + 2;
    loom.max_duration = None;
    loom.checkpoint_file = None;
    loom.location = false;
    loom.log = false;
    loom.expect_explicit_explore = false;

    context::start(settings, shared);
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        loom.check(move || {
            context::start_execution();
            program();
        });
    }));
    (result, context::finish())
}

fn ending(result: thread::Result<()>, shared: &Shared, tally: &Tally) -> Ending {
    let Err(panic) = result else {
        return Ending::Explored;
    };
    let noted = shared.failure.lock().ok().and_then(|mut slot| slot.take());
    Ending::Failed(Box::new(noted.unwrap_or_else(|| Failure {
        // Nothing went through the hook. Loom's coroutines report an overflow of their stacks so.
        message: message(&*panic).unwrap_or_else(|| String::from("stack overflow")),
        place: None,
        thread: None,
        execution: tally.executions,
        steps: Vec::new(),
        pending: Vec::new(),
        objects: Vec::new(),
        threads: Vec::new(),
    })))
}

fn stuck(shared: &Shared) -> Stuck {
    let site = shared.site.load(Ordering::Relaxed);
    // SAFETY: null, or a pointer to a `&'static Location`.
    let site = unsafe { site.as_ref() };
    let thread = shared.thread.load(Ordering::Relaxed);
    Stuck {
        last_step: site.map(|site| (site.file().to_owned(), site.line(), site.column(), thread)),
        failure: shared
            .failure
            .lock()
            .ok()
            .and_then(|mut slot| slot.take())
            .map(Box::new),
    }
}

fn message(panic: &(dyn Any + Send)) -> Option<String> {
    if let Some(text) = panic.downcast_ref::<&str>() {
        return Some((*text).to_owned());
    }
    panic.downcast_ref::<String>().cloned()
}

/// Makes panics inside models silent: they are shown as a report. All others go where they went before.
fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let text = message(info.payload()).unwrap_or_else(|| String::from("(a panic)"));
            let place = info
                .location()
                .map(|place| (place.file().to_owned(), place.line(), place.column()));
            if !context::note_panic(text, place) {
                before(info);
            }
        }));
    });
}
