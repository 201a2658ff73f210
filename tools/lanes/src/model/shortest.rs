//! The shortest failure to show: that of a schedule with few switches between threads.

use crate::engine::{self, Ending, Program};
use crate::report::Report;
use crate::run::{Failure, Record, Settings};

/// With how few preemptions a failure is looked for again, to show a short one.
const PREEMPTION_BOUNDS: [usize; 4] = [0, 1, 2, 3];
/// How many executions each of these searches may take, and how many steps.
const SEARCH_EXECUTIONS: usize = 20_000;
const SEARCH_STEPS: u64 = 1_000_000;

/// Looks for a short failure of the same kind, and makes a report of it.
pub(super) fn report(failure: &Failure, settings: &Settings, program: &Program) -> Report {
    let threads = settings.max_threads;
    let found = Report::of_failure(failure, threads);
    if !found.kind().has_schedule() {
        return found;
    }
    let bounds = PREEMPTION_BOUNDS.iter().filter(|bound| {
        settings
            .preemption_bound
            .is_none_or(|limit| **bound <= limit)
    });
    for bound in bounds {
        let search = Settings {
            preemption_bound: Some(*bound),
            record: Record::Everything,
            max_executions: SEARCH_EXECUTIONS,
            max_steps: SEARCH_STEPS,
            ..settings.clone()
        };
        if let (Ending::Failed(failure), _) = engine::run(search, program) {
            let report = Report::of_failure(&failure, threads);
            // A bound can make up a failure of another kind, such as a livelock for want of a preemption.
            if report.kind() == found.kind() {
                return report;
            }
        }
    }
    // None: run the very same execution again, and record it.
    let replay = Settings {
        record: Record::Only(failure.execution),
        max_steps: u64::MAX,
        ..settings.clone()
    };
    match engine::run(replay, program) {
        (Ending::Failed(again), _) if again.execution == failure.execution => {
            Report::of_failure(&again, threads)
        }
        _ if settings.record == Record::Everything => found,
        _ => Report::not_deterministic(&found),
    }
}
