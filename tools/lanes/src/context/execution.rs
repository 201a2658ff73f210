//! Where a run, and an execution of it, begins and ends.

use std::collections::HashMap;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{CONTEXT, Context, HOT, Thread, enter_thread, with};
use crate::ordering::OrderingSite;
use crate::run::{CutOff, Progress, Record, Settings, Tally};

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
        weak_exchanges: 0,
        sleeps: 0,
    }));
}

/// Ends the run.
pub(crate) fn finish() -> Tally {
    HOT.with(|hot| {
        hot.recording.set(false);
        hot.progress.set(std::ptr::null());
    });
    let mut context = CONTEXT.take().expect("a run ends once");
    context.tally_execution();
    let mut tally = context.tally;
    tally.orderings = context.orderings.into_values().collect();
    tally.orderings.sort_by_key(OrderingSite::key);
    tally
}

/// Forgets the execution before. Ends the run if it has reached a limit, with a [`CutOff`] for a panic.
pub(crate) fn start_execution() {
    let cut_off = with(|context| {
        let settings = &context.settings;
        context.tally.cut_off = if context.tally.executions >= settings.max_executions {
            Some(CutOff::Executions)
        } else if context.progress.steps.load(Ordering::Relaxed) >= settings.max_steps {
            Some(CutOff::Steps)
        } else {
            None
        };
        context.tally.cut_off
    });
    if let Some(cut_off) = cut_off {
        panic::resume_unwind(Box::new(cut_off));
    }
    let recording = with(|context| {
        context.tally_execution();
        context.tally.executions += 1;
        context.steps.clear();
        context.pending.clear();
        context.objects.clear();
        context.threads.clear();
        context.threads.push(Thread::default());
        match context.settings.record {
            Record::Nothing => false,
            Record::Everything => true,
            Record::Only(n) => n == context.tally.executions,
        }
    });
    HOT.with(|hot| {
        hot.recording.set(recording);
        hot.failed.set(false);
        hot.panicked_again.set(false);
        hot.objects.set(0);
        hot.changes.set(0);
        for round in &hot.rounds {
            round.set(0);
        }
    });
    enter_thread(0);
}

impl Context {
    /// Adds what was counted in the execution that has ended to what is known of all.
    fn tally_execution(&mut self) {
        let tally = &mut self.tally;
        tally.weak_exchanges = tally.weak_exchanges.max(self.weak_exchanges);
        tally.sleeps = tally.sleeps.max(self.sleeps);
        self.weak_exchanges = 0;
        self.sleeps = 0;
    }
}
