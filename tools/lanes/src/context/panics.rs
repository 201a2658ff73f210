//! The panic that ends a model, and what may follow it: destructors that run, another panic, a program that catches it.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::Ordering;

use super::{CONTEXT, Context, HOT, current, explores, with};
use explorer::{Memory, Schedule};

use crate::run::{Aftermath, Cause, Failure};
use crate::step::{self, Step};

/// Whether the panic that ends the model is unwinding. The engine's state may be gone by then, and a second panic
/// would abort the process; so all that a destructor still does goes to shadow values and never to the engine.
///
/// A program may panic and catch it, as part of what the model is about. It begins such a panic with
/// `resume_unwind`, which does not call the hook: the model lives on, and destructors count.
pub(crate) fn unwinding() -> bool {
    match explores() {
        true => !explorer::raw::counts() && std::thread::panicking(),
        false => HOT.with(|hot| hot.failed.get()) && std::thread::panicking(),
    }
}

/// Whether a destructor has no step to take: [`unwinding`], or outside of a model, where what an execution has left in a
/// thread-local of the system's is dropped.
pub(crate) fn is_over() -> bool {
    !super::is_inside() || unwinding()
}

/// Runs a thread of the model. A panic that leaves it is noted, if the hook has not seen it: `resume_unwind` does
/// not call the hook.
pub(crate) fn run_thread<R>(run: impl FnOnce() -> R) -> R {
    match panic::catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => {
            end_if_failed();
            result
        }
        Err(payload) => {
            if !HOT.with(|hot| hot.failed.get()) {
                let text = message(&*payload).unwrap_or_else(|| String::from("(no message)"));
                if explores() {
                    explorer::raw::fail(text.clone());
                }
                note_panic(text, None);
            }
            panic::resume_unwind(payload)
        }
    }
}

/// What a panic says.
pub(crate) fn message(payload: &(dyn Any + Send)) -> Option<String> {
    if let Some(text) = payload.downcast_ref::<&str>() {
        return Some((*text).to_owned());
    }
    payload.downcast_ref::<String>().cloned()
}

/// Ends the model if it goes on after a panic that the hook has seen: destructors took no steps meanwhile, so what
/// would follow is not what the program does.
pub(super) fn end_if_failed() {
    if HOT.with(|hot| hot.failed.get()) && !std::thread::panicking() {
        with(|context| context.progress.caught.store(true, Ordering::Release));
        // Our own engine takes no further step of it.
        if explores() {
            return;
        }
        panic::resume_unwind(Box::new("a panic was caught inside the model"));
    }
}

/// Called when the process is about to abort, in a signal handler. Returns whether a destructor of this thread's
/// model is the reason, so that it is enough to stop the thread.
pub(crate) fn about_to_abort() -> bool {
    HOT.with(|hot| {
        let progress = hot.progress().filter(|_| hot.panicked_again.get());
        if let Some(progress) = progress {
            progress.panicked_again.store(true, Ordering::Release);
        }
        progress.is_some()
    })
}

/// Called when memory is accessed that must not be, in a signal handler. Returns whether that is the end of a stack of this
/// thread's model.
pub(crate) fn overflows(address: usize) -> bool {
    let overflows = explorer::raw::is_below_stack(address);
    HOT.with(|hot| {
        if let Some(progress) = hot.progress().filter(|_| overflows) {
            progress.overflowed.store(true, Ordering::Release);
        }
    });
    overflows
}

/// Notes a panic, if it belongs to a model: one that ends the model and will be shown as a report, or a consequence of
/// one that does. Returns whether it does. Called by the panic hook.
pub(crate) fn note_panic(message: String, place: Option<(String, u32, u32)>) -> bool {
    let note = |context: &mut Context| {
        if HOT.with(|hot| hot.failed.get()) {
            HOT.with(|hot| hot.panicked_again.set(true));
            return;
        }
        let failure = context.failure(message, place);
        if let Ok(mut slot) = context.progress.failure.lock() {
            *slot = Some(failure);
        }
        HOT.with(|hot| hot.failed.set(true));
    };
    CONTEXT
        .try_with(|context| {
            let mut context = context.try_borrow_mut().ok()?;
            context.as_mut().map(note)
        })
        .is_ok_and(|noted| noted.is_some())
}

impl Context {
    /// The execution as it is now, when the running thread has panicked.
    pub(super) fn failure(&self, message: String, place: Option<(String, u32, u32)>) -> Failure {
        let pending: Vec<Step> = self.pending.iter().flatten().copied().collect();
        let mut steps = self.steps.clone();
        step::complete_writes(&mut steps, &pending);
        Failure {
            cause: Cause::Panic,
            memory: Memory::Unknown,
            message,
            place,
            thread: Some(current()),
            steps,
            pending,
            objects: self.objects.clone(),
            threads: self
                .threads
                .iter()
                .cloned()
                .map(Option::unwrap_or_default)
                .collect(),
            aftermath: Aftermath::Unwound,
            schedule: Schedule::default(),
        }
    }
}
