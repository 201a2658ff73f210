//! How a program is explored: one run, and then others that look for what the first could not see.

use std::mem;
use std::time::Duration;

use super::{Model, shortest};
use crate::engine::{self, Ending, Program};
use crate::pass::Pass;
use crate::report::Report;
use crate::run::{CutOff, Failure, Settings, Stores, Tally};

/// How many executions a second look may take: so many, and so many for each of the first look's.
const SECOND_LOOK_LEAST: usize = 6_000;
const SECOND_LOOK_TIMES: usize = 4;
/// How many weak compare-exchanges of an execution are made to fail without a reason, one at a time.
const WEAK_FAILURES: usize = 4;
/// How many waits and parks of an execution are made to end as soon as they begin, one at a time.
const SLEEPLESS: usize = 4;

impl Model {
    /// Explores `program` with all the runs that `settings` call for.
    pub(super) fn explore_with(
        &self,
        settings: &Settings,
        program: &Program,
    ) -> Result<Pass, Box<Report>> {
        let mut pass = Pass {
            executions: 0,
            complete: settings.preemption_bound.is_none(),
            elapsed: Duration::ZERO,
            seq_cst_fences: settings.seq_cst_fences,
            second_look_cut_off: None,
            orderings: Vec::new(),
        };
        let mut first = match self.run(settings, program)? {
            Run::Explored(tally) => tally,
            Run::PassedAfterAll(pass) => return Ok(pass),
        };
        pass.executions = first.executions;
        pass.orderings = mem::take(&mut first.orderings);
        match first.cut_off {
            Some(CutOff::Executions) => {
                pass.complete = false;
                return Ok(pass);
            }
            Some(CutOff::Steps) => return Err(too_many_schedules(&pass)),
            None if !pass.complete => return Ok(pass),
            None => {}
        }
        let further = self.further_runs(&first, settings);
        for settings in &further {
            let tally = match self.run(settings, program)? {
                Run::Explored(tally) => tally,
                Run::PassedAfterAll(pass) => return Ok(pass),
            };
            if settings.ordered_loads && tally.cut_off.is_some() {
                // It is still one look more than loom's.
                pass.second_look_cut_off = Some(tally.executions);
                continue;
            }
            pass.executions += tally.executions;
            match tally.cut_off {
                Some(CutOff::Executions) => pass.complete = false,
                Some(CutOff::Steps) => return Err(too_many_schedules(&pass)),
                None => {}
            }
        }
        // What is cut off has seen more than one.
        let alone = pass.executions <= 1 + further.len() && pass.second_look_cut_off.is_none();
        if first.executions == 1 && alone && !self.one_schedule {
            return Err(Box::new(Report::of_one_schedule()));
        }
        Ok(pass)
    }

    /// The runs that look for what the first one, which passed, could not see.
    fn further_runs(&self, first: &Tally, settings: &Settings) -> Vec<Settings> {
        let mut further = Vec::new();
        if self.second_look && first.shared_loads {
            let most = SECOND_LOOK_LEAST + SECOND_LOOK_TIMES * first.executions;
            further.push(Settings {
                ordered_loads: true,
                max_executions: most.min(settings.max_executions),
                max_steps: settings.max_steps / 2,
                ..settings.clone()
            });
        }
        if first.lock_attempts {
            further.push(Settings {
                ordered_attempts: true,
                ..settings.clone()
            });
        }
        if settings.spurious {
            let failures = 1..=first.weak_exchanges.min(WEAK_FAILURES);
            further.extend(failures.map(|failure| Settings {
                weak_failure: Some(failure),
                ..settings.clone()
            }));
        }
        let sleeps = 1..=first.sleeps.min(SLEEPLESS);
        further.extend(sleeps.map(|sleep| Settings {
            sleepless: Some(sleep),
            ..settings.clone()
        }));
        further
    }

    fn run(&self, settings: &Settings, program: &Program) -> Result<Run, Box<Report>> {
        let (ending, tally) = engine::run(settings.clone(), program);
        match ending {
            Ending::Explored => Ok(Run::Explored(tally)),
            Ending::Failed(failure) => self
                .report_or_correct(&failure, settings, program)
                .map(Run::PassedAfterAll),
            Ending::Stuck(stuck) => Err(Box::new(Report::of_stuck(&stuck))),
        }
    }

    /// Turns a failure into a report, unless it may be one of those that only loom can see: then it explores
    /// again, with loom's mistake corrected.
    fn report_or_correct(
        &self,
        failure: &Failure,
        settings: &Settings,
        program: &Program,
    ) -> Result<Pass, Box<Report>> {
        let report = shortest::report(failure, settings, program);
        let mut again = Settings {
            weak_failure: None,
            sleepless: None,
            ..settings.clone()
        };
        let disordered = report.may_be_disordered_stores();
        if disordered && settings.stores == Stores::AsLoomSays {
            again.stores = Stores::AfterReadModifyWrites;
        } else if disordered && settings.stores == Stores::AfterReadModifyWrites {
            again.stores = Stores::InTurn;
        } else if report.may_be_weak_seq_cst() && !settings.seq_cst_fences {
            again.seq_cst_fences = true;
        } else {
            return Err(Box::new(report));
        }
        self.explore_with(&again, program)
    }
}

/// How a run ended that did not fail.
enum Run {
    Explored(Tally),
    /// It failed only by a mistake of loom's, and passed without that.
    PassedAfterAll(Pass),
}

fn too_many_schedules(pass: &Pass) -> Box<Report> {
    Box::new(Report::of_too_many_schedules(pass.executions))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Style;
    use crate::sync::atomic::{AtomicU32, Ordering};
    use crate::sync::{hint, thread};
    use std::collections::BTreeSet;
    use std::sync::{Arc, Mutex};

    /// How a spin lock is taken.
    type Take = fn(&AtomicU32);
    /// Which thread went in, and what it saw of two variables.
    type Visit = (u32, u32, u32);

    fn by_exchange(locked: &AtomicU32) {
        while locked
            .compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed)
            .is_err()
        {
            hint::spin_loop();
        }
    }

    fn by_swap(locked: &AtomicU32) {
        while locked.swap(1, Ordering::Acquire) == 1 {
            hint::spin_loop();
        }
    }

    fn by_test(locked: &AtomicU32) {
        while locked.load(Ordering::Relaxed) == 1 || locked.swap(1, Ordering::Acquire) == 1 {
            hint::spin_loop();
        }
    }

    /// Two threads go in `times` times each. In the order of their visits, which went in and what it saw of a
    /// variable that is written inside, relaxed, and of one that is written outside.
    fn visits(take: Take, times: u32, skip: bool) -> (usize, BTreeSet<Vec<Visit>>) {
        let mut model = Model::new().second_look(false);
        model.settings.skip_futile_rounds = skip;
        model.settings.stores = Stores::AfterReadModifyWrites;
        let all = Arc::new(Mutex::new(BTreeSet::new()));
        let found = Arc::clone(&all);
        let pass = model.explore(move || {
            let shared = Arc::new((AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0)));
            let visits = Arc::new(Mutex::new(Vec::new()));
            let visit = move |who: u32,
                              shared: &(AtomicU32, AtomicU32, AtomicU32),
                              visits: &Mutex<Vec<_>>| {
                for _ in 0..times {
                    shared.2.store(who, Ordering::Relaxed);
                    take(&shared.0);
                    let inside = shared.1.load(Ordering::Relaxed);
                    shared.1.store(inside + 1, Ordering::Relaxed);
                    let outside = shared.2.load(Ordering::Relaxed);
                    visits.lock().unwrap().push((who, inside, outside));
                    shared.0.store(0, Ordering::Release);
                }
            };
            let other = thread::spawn({
                let (shared, visits) = (Arc::clone(&shared), Arc::clone(&visits));
                move || visit(1, &shared, &visits)
            });
            visit(2, &shared, &visits);
            other.join().unwrap();
            found.lock().unwrap().insert(visits.lock().unwrap().clone());
        });
        let executions = pass
            .unwrap_or_else(|r| panic!("{}", r.table(Style::default())))
            .executions;
        (executions, std::mem::take(&mut all.lock().unwrap()))
    }

    #[test]
    fn futile_rounds_lead_to_nothing_new() {
        for (take, times) in [(by_exchange as Take, 1), (by_swap, 1), (by_test, 1)] {
            let (all, outcomes) = visits(take, times, false);
            let (fewer, same) = visits(take, times, true);
            assert_eq!(outcomes, same);
            assert!(fewer <= all, "{fewer} of {all}");
            println!("{fewer} of {all}, {} outcomes", same.len());
        }
    }
}
