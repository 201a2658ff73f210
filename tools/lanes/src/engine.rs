//! One run of an engine, on a thread of its own, watched from outside.

mod by_explorer;
mod by_loom;

pub(crate) use by_explorer::{Explored, Passed, Replayed, explore, replay};
pub(crate) use by_loom::second_opinion;

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Once};
use std::thread;
use std::time::Duration;

use crate::patience::Patience;
use crate::run::{Aftermath, Failure, Progress, Stuck};
use crate::watcher::pulse;
use crate::{abort, context, overflow, sync};

/// What a model is: a closure that an engine calls again and again. It returns the number of what an execution ends with.
pub(crate) type Program = Arc<dyn Fn() -> usize + Send + Sync>;

/// How long a model may take no step at all before it counts as stuck.
///
/// A step takes some microseconds. What takes seconds waits for something that a model does not know. While the process has
/// to share the processors with others, only the time counts in which it computes.
const STUCK_AFTER: Duration = Duration::from_secs(3);
/// How often to look.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// One execution of a program, as each engine starts it. The number of what it ends with.
fn execute(program: &Program) -> usize {
    context::start_execution();
    sync::start_execution();
    context::run_thread(|| {
        let outcome = program();
        sync::local::end_thread(0);
        outcome
    })
}

/// What became of a run.
enum Outcome<T> {
    /// It has come to its end.
    Ended(T),
    /// It never will: its thread has been left behind, with a panic that was noted or without one.
    Failed(Box<Failure>),
    Stuck(Stuck),
}

/// Does `run` on a thread of its own, and watches it.
fn watched<T: Send + 'static>(
    progress: &Arc<Progress>,
    run: impl FnOnce() -> T + Send + 'static,
) -> Outcome<T> {
    install_hook();
    let (send, result) = mpsc::channel();
    // With the name of the test, so that whatever the model prints is the test's.
    let name = thread::current().name().unwrap_or("model").to_owned();
    thread::Builder::new()
        .name(name)
        .spawn(move || {
            // The receiver is gone only if this thread was given up.
            let result = panic::catch_unwind(AssertUnwindSafe(run));
            let said = |payload: Box<dyn Any + Send>| context::message(&*payload);
            let _ = send.send(result.map_err(|payload| said(payload).unwrap_or_default()));
        })
        .expect("the system has a thread to spare");

    let mut before = 0;
    let mut patience = Patience::with_us(STUCK_AFTER);
    loop {
        match result.recv_timeout(LOOK_EVERY) {
            Ok(Ok(result)) => {
                pulse();
                return Outcome::Ended(result);
            }
            Ok(Err(said)) => panic!("the checker itself has failed: {said}"),
            Err(RecvTimeoutError::Disconnected) => unreachable!("the run catches its panics"),
            Err(RecvTimeoutError::Timeout) if progress.panicked_again.load(Ordering::Acquire) => {
                return left_behind(progress, Aftermath::PanickedAgain);
            }
            Err(RecvTimeoutError::Timeout) if progress.overflowed.load(Ordering::Acquire) => {
                return Outcome::Failed(Box::new(Failure::of_overflow()));
            }
            Err(RecvTimeoutError::Timeout) => {
                let steps = progress.steps.load(Ordering::Relaxed);
                if steps != before {
                    before = steps;
                    patience.renew();
                    pulse();
                } else if patience.is_over() {
                    return left_behind(progress, Aftermath::Stuck);
                }
            }
        }
    }
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
fn left_behind<T>(progress: &Progress, aftermath: Aftermath) -> Outcome<T> {
    match noted(progress, aftermath) {
        Some(failure) => Outcome::Failed(failure),
        None => Outcome::Stuck(stuck(progress)),
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
        overflow::watch(context::overflows);
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
