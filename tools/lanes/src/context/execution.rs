//! Where a run, and an execution of it, begins and ends.

use std::collections::HashMap;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{CONTEXT, Context, HOT, enter_thread, with};
use crate::ordering::OrderingSite;
use crate::run::{CutOff, Progress, Settings, Tally};

/// Prepares this thread for a run.
pub(crate) fn start(settings: Settings, progress: Arc<Progress>) {
    HOT.with(|hot| {
        hot.progress.set(Arc::as_ptr(&progress));
        hot.asks_for_orderings
            .set(settings.collect_orderings || settings.weaken.is_some());
    });
    CONTEXT.set(Some(Context {
        settings,
        progress,
        tally: Tally::default(),
        orderings: HashMap::new(),
        steps: Vec::new(),
        pending: Vec::new(),
        objects: Vec::new(),
        threads: Vec::new(),
    }));
}

/// Ends the run.
pub(crate) fn finish() -> Tally {
    HOT.with(|hot| {
        hot.recording.set(false);
        hot.progress.set(std::ptr::null());
    });
    let context = CONTEXT.take().expect("a run ends once");
    let mut tally = context.tally;
    tally.orderings = context.orderings.into_values().collect();
    tally.orderings.sort_by_key(OrderingSite::key);
    tally
}

/// Whether the running thread of the machine runs a model.
pub(crate) fn is_inside() -> bool {
    super::explores() || HOT.with(|hot| hot.progress().is_some())
}

/// Which execution it is: no two of a process have the same number.
pub(crate) fn execution() -> u32 {
    HOT.with(|hot| hot.execution.get())
}

/// Forgets the execution before. Ends the run if it has reached its limit, with a [`CutOff`] for a panic.
pub(crate) fn start_execution() {
    let cut_off = with(|context| {
        let enough = context.tally.executions >= context.settings.max_executions;
        // Our own engine has limits of its own.
        context.tally.is_cut_off = enough && !super::explores();
        context.tally.is_cut_off
    });
    if cut_off {
        panic::resume_unwind(Box::new(CutOff));
    }
    with(|context| {
        context.tally.executions += 1;
        context.steps.clear();
        context.pending.clear();
        context.objects.clear();
        context.threads.clear();
        context.threads.push(None);
        if let Ok(mut failure) = context.progress.failure.lock() {
            *failure = None;
        }
        context.progress.caught.store(false, Ordering::Release);
    });
    HOT.with(|hot| {
        // Our own engine runs a program rarely; loom runs it again and again, and is shown to nobody.
        hot.recording.set(super::explores());
        hot.failed.set(false);
        hot.panicked_again.set(false);
        hot.objects.set(0);
        hot.own_steps.iter().for_each(|steps| steps.set(0));
        hot.reached.set(None);
        static EXECUTIONS: AtomicU32 = AtomicU32::new(0);
        let before = EXECUTIONS.fetch_add(1, Ordering::Relaxed);
        hot.execution.set(before.wrapping_add(1));
    });
    enter_thread(0);
}
