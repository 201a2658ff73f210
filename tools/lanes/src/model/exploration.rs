//! How a program is explored: by our own engine, whose verdict counts, and then by loom, for a second opinion.

use std::collections::BTreeSet;
use std::time::Instant;

use explorer::Limit;

use super::Model;
use crate::engine::{self, Explored, Passed, Program};
use crate::pass::Pass;
use crate::report::Report;

/// How often each thread may wake up for no reason if as often as it likes is too much to explore.
const WAKES: u8 = 2;

impl Model {
    pub(super) fn explore_program(
        &self,
        program: &Program,
    ) -> Result<(Pass, BTreeSet<usize>), Box<Report>> {
        let started = Instant::now();
        let mut settings = self.settings.clone();
        let mut explored = engine::explore(&settings, program);
        // A thread that does something new whenever it wakes up for no reason has no end of states.
        if let Explored::Passed(Passed {
            limit: Some(limit),
            sleeps: true,
            ..
        }) = explored
            && limit != Limit::Threads
        {
            settings.wakes = Some(WAKES);
            explored = engine::explore(&settings, program);
        }
        let passed = match explored {
            Explored::Passed(passed) => passed,
            Explored::Failed(failure) => return Err(Box::new(Report::of_failure(&failure))),
            Explored::Stuck(stuck) => return Err(Box::new(Report::of_stuck(&stuck))),
        };
        match passed.limit {
            Some(Limit::Threads) => return Err(Box::new(Report::of_too_many_threads())),
            Some(limit) => {
                let report = Report::of_too_many_schedules(passed.states, limit);
                return Err(Box::new(report));
            }
            None if !passed.has_choices && !self.one_schedule => {
                return Err(Box::new(Report::of_one_schedule()));
            }
            None => {}
        }
        let second = (self.settings.max_executions > 0)
            .then(|| engine::second_opinion(&self.settings, program));
        let pass = Pass {
            states: passed.states,
            wakes: settings.wakes,
            hidden: passed.hidden,
            loom: second,
            elapsed: started.elapsed(),
            orderings: passed.tally.orderings,
        };
        Ok((pass, passed.outcomes))
    }
}
