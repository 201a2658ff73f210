//! The steps and the objects of an execution, as they are recorded.

use std::sync::atomic::Ordering;

use super::panics::end_if_failed;
use super::{HOT, current, enter_thread, explores, unwinding, with};
use crate::run::Failure;
use crate::step::{Object, ObjectId, ObjectKind, Op, Site, Step, Value};

/// Gives the next object, which holds a `T`, its number. To be called before an engine makes it.
pub(crate) fn new_object<T: ?Sized>(kind: ObjectKind, site: Site, initial: Value) -> ObjectId {
    explorer::raw::note::<T>(site);
    let id = HOT.with(|hot| ObjectId(hot.objects.replace(hot.objects.get() + 1)));
    if recording() && !unwinding() {
        with(|context| {
            context.objects.push(Object {
                kind,
                site,
                initial,
                name: None,
                maker: current(),
            });
        });
    }
    id
}

/// Gives an object the name that reports use.
pub(crate) fn name_object(id: ObjectId, name: &'static str) {
    if recording() && !unwinding() {
        with(|context| {
            if let Some(object) = context.objects.get_mut(id.0 as usize) {
                object.name = Some(name);
            }
        });
    }
}

#[inline]
fn recording() -> bool {
    HOT.with(|hot| hot.recording.get())
}

/// A step that has begun. [`Pending::end`] puts it into the record at the place where it took effect; if
/// it never ends (a deadlock, a panic), it stays pending.
pub(crate) struct Pending {
    pub(super) thread: usize,
}

/// Begins a step of the running thread.
#[inline]
pub(crate) fn begin(site: Site, step: impl FnOnce() -> Step) -> Pending {
    explorer::raw::note::<()>(site);
    let (thread, recording) = HOT.with(|hot| {
        if hot.failed.get() {
            end_if_failed();
        }
        let thread = current();
        if let Some(own) = hot.own_steps.get(thread) {
            own.set(own.get() + 1);
        }
        if let Some(progress) = hot.progress() {
            // Only this thread writes: no read-modify-write is needed.
            let steps = progress.steps.load(Ordering::Relaxed);
            progress.steps.store(steps + 1, Ordering::Relaxed);
            let site = std::ptr::from_ref(site).cast_mut();
            progress.site.store(site, Ordering::Relaxed);
            progress.thread.store(thread, Ordering::Relaxed);
        }
        (thread, hot.recording.get())
    });
    if recording {
        with(|context| {
            if context.pending.len() <= thread {
                context.pending.resize(thread + 1, None);
            }
            let mut step = step();
            step.thread = thread;
            step.memory = HOT.with(|hot| hot.reached.take());
            context.pending[thread] = Some(step);
        });
    }
    Pending { thread }
}

impl Pending {
    /// Forgets the step: it is for the engine only, and has no row.
    pub(crate) fn forget(self) {
        enter_thread(self.thread);
        if recording() {
            with(|context| context.pending[self.thread] = None);
        }
    }

    /// Forgets the step: what its thread does next is done to something in that memory.
    pub(crate) fn leads_into(self, memory: ObjectId) {
        self.forget();
        HOT.with(|hot| hot.reached.set(Some(memory)));
    }

    /// Ends the step: `fill` adds what is known only now. Returns its place in the record.
    #[inline]
    pub(crate) fn end(self, fill: impl FnOnce(&mut Step)) -> Option<usize> {
        // Other threads may have run since; they have left their own number here.
        enter_thread(self.thread);
        if !recording() {
            return None;
        }
        with(|context| {
            let mut step = context.pending.get_mut(self.thread)?.take()?;
            fill(&mut step);
            if step.is_atomic() || matches!(step.op, Op::Exclusive(_)) {
                step.place(explorer::raw::details());
            }
            context.steps.push(step);
            Some(context.steps.len() - 1)
        })
    }
}

/// Takes a step that lasts no time: nothing can come between its begin and its end.
pub(crate) fn record(step: Step) {
    begin(step.site, || step).end(|_| {});
}

/// The thread could go on, and another one takes the next step.
pub(crate) fn interrupts(thread: usize) {
    with(|context| {
        let own = |step: &&mut Step| step.thread == thread;
        if let Some(last) = context.steps.iter_mut().rfind(own) {
            last.interrupted = true;
        }
    });
}

/// Changes a step that is in the record already.
pub(crate) fn amend(place: Option<usize>, change: impl FnOnce(&mut Step)) {
    if let Some(place) = place {
        with(|context| change(&mut context.steps[place]));
    }
}

/// How many steps the run has taken.
pub(crate) fn steps_taken() -> u64 {
    if explores() {
        return explorer::raw::steps() as u64;
    }
    HOT.with(|hot| {
        hot.progress()
            .map_or(0, |progress| progress.steps.load(Ordering::Relaxed))
    })
}

/// How many steps the running thread has begun in this execution.
pub(crate) fn own_steps() -> u32 {
    HOT.with(|hot| hot.own_steps.get(current()).map_or(0, std::cell::Cell::get))
}

/// The execution as it stands now, as one that fails with this message.
pub(crate) fn failure(message: String, place: Option<(String, u32, u32)>) -> Failure {
    with(|context| context.failure(message, place))
}
