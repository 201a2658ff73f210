//! The entrance: a model, its limits, and what exploring it found.

use std::collections::BTreeSet;
use std::panic;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::context::{CutOff, Failure, Record, Settings, Stores, Tally};
use crate::engine::{self, Ending, Program};
use crate::ordering::{OrderingSite, Weaken};
use crate::output;
use crate::report::{Kind, Report, Style};

/// How many executions a second look may take: so many, and so many for each of the first look's.
const SECOND_LOOK_LEAST: usize = 6_000;
const SECOND_LOOK_TIMES: usize = 4;
/// How many weak compare-exchanges of an execution are made to fail without a reason, one at a time.
const WEAK_FAILURES: usize = 4;
/// How many waits and parks of an execution are made to end as soon as they begin, one at a time.
const SLEEPLESS: usize = 4;
/// With how few preemptions a failure is looked for again, to show a short one.
const PREEMPTION_BOUNDS: [usize; 4] = [0, 1, 2, 3];
/// How many executions each of these searches may take, and how many steps.
const SEARCH_EXECUTIONS: usize = 20_000;
const SEARCH_STEPS: u64 = 1_000_000;
/// After how many steps of all its executions together a model counts as too large to be explored: a matter of
/// seconds. It is counted in steps because a verdict must not depend on how fast a machine is.
const MOST_STEPS: u64 = 5_000_000;

/// Explores every schedule of `program`, and panics with a table of the first that fails.
///
/// # Panics
///
/// Panics if an execution fails: see [`Kind`] for the ways in which it may. Panics as well if there was only
/// one schedule, because then nothing was explored; and if there are too many to explore all of them, because then
/// nothing is proved.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use lanes::sync::atomic::{AtomicU32, Ordering};
/// use lanes::sync::thread;
///
/// lanes::model(|| {
///     let hits = Arc::new(AtomicU32::new(0));
///     let other = thread::spawn({
///         let hits = Arc::clone(&hits);
///         move || hits.fetch_add(1, Ordering::Relaxed)
///     });
///     hits.fetch_add(1, Ordering::Relaxed);
///     other.join().unwrap();
///     assert_eq!(hits.load(Ordering::Relaxed), 2);
/// });
/// ```
pub fn model(program: impl Fn() + Send + Sync + 'static) {
    Model::new().check(program);
}

/// Explores every schedule of `program`.
///
/// # Errors
///
/// The report on the first execution that fails.
pub fn explore(program: impl Fn() + Send + Sync + 'static) -> Result<Pass, Box<Report>> {
    Model::new().explore(program)
}

/// Expects `program` to fail in that way, and returns the report. For tests of code that is wrong on
/// purpose.
///
/// # Panics
///
/// Panics if every execution passes, or if one fails in another way.
pub fn expect_bug(kind: Kind, program: impl Fn() + Send + Sync + 'static) -> Report {
    Model::new().expect_bug(kind, program)
}

/// Expects that somebody in `program` waits for ever, asleep: whoever looks again and again takes a processor away from
/// those it waits for. `who` completes the sentence "… waits without sleeping".
///
/// The program is one in which nobody ever comes. A sleeper ends it in a deadlock, and a poller in a livelock; a model
/// can tell the two apart where a test on real threads sees a thread that is late.
///
/// # Panics
///
/// Panics if no schedule ends in a deadlock, or if one fails in another way first.
///
/// # Examples
///
/// ```
/// use lanes::sync::thread;
///
/// lanes::sleeps("a thread that nobody unparks", || thread::park());
/// ```
#[track_caller]
pub fn sleeps(who: &str, program: impl Fn() + Send + Sync + 'static) {
    let Err(report) = Model::new().allow_one_schedule().explore(program) else {
        panic!("{who} should wait for ever here, and went on")
    };
    match report.kind() {
        Kind::Deadlock => {}
        Kind::Livelock => panic!("{who} waits without sleeping: it looks again and again"),
        _ => panic!("{}", report.message()),
    }
}

/// All values that `program` can end with: what a litmus test asks.
///
/// SeqCst accesses count as if a SeqCst fence stood between every two of a thread, which is right where all
/// accesses are SeqCst. No load ever sees a store that comes later in every thread's order, so the relaxed
/// outcome of *load buffering* is missing.
///
/// # Panics
///
/// Panics if an execution fails.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
/// use lanes::sync::thread;
///
/// // Two threads add one, in two steps each.
/// let sums = lanes::outcomes(|| {
///     let sum = Arc::new(AtomicU32::new(0));
///     let add = |sum: &AtomicU32| sum.store(sum.load(Relaxed) + 1, Relaxed);
///     let other = thread::spawn({
///         let sum = Arc::clone(&sum);
///         move || add(&sum)
///     });
///     add(&sum);
///     other.join().unwrap();
///     sum.load(Relaxed)
/// });
/// assert!(sums.into_iter().eq([1, 2]));
/// ```
pub fn outcomes<T: Ord + Send + 'static>(
    program: impl Fn() -> T + Send + Sync + 'static,
) -> BTreeSet<T> {
    Model::new().outcomes(program)
}

/// A model with limits of its own.
///
/// ```
/// use std::sync::Arc;
///
/// use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
/// use lanes::sync::thread;
///
/// lanes::Model::new().max_threads(2).max_executions(1_000).check(|| {
///     let hits = Arc::new(AtomicU32::new(0));
///     let other = thread::spawn({
///         let hits = Arc::clone(&hits);
///         move || hits.fetch_add(1, Relaxed)
///     });
///     hits.fetch_add(1, Relaxed);
///     other.join().unwrap();
///     assert_eq!(hits.load(Relaxed), 2);
/// });
/// ```
#[derive(Clone, Debug)]
#[must_use = "a model does nothing until it is checked or explored"]
pub struct Model {
    settings: Settings,
    one_schedule: bool,
    second_look: bool,
}

/// What exploring a model found when no execution failed.
#[derive(Clone, Debug)]
pub struct Pass {
    pub(crate) executions: usize,
    pub(crate) complete: bool,
    pub(crate) elapsed: Duration,
    pub(crate) seq_cst_fences: bool,
    pub(crate) second_look_cut_off: Option<usize>,
    pub(crate) orderings: Vec<OrderingSite>,
}

impl Pass {
    /// How many executions were explored, without those of a second look that was cut off.
    pub fn executions(&self) -> usize {
        self.executions
    }

    /// Whether these were all. If not, the model proves nothing.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// How long it took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Whether it passed only with a SeqCst fence between every two SeqCst accesses of a thread.
    ///
    /// Loom takes SeqCst accesses for AcqRel, and would find failures that no machine can show. The fences
    /// are a little stronger than the accesses, so a bug may hide behind them where SeqCst accesses are mixed
    /// with weaker ones.
    pub fn took_seq_cst_as_fences(&self) -> bool {
        self.seq_cst_fences
    }

    /// After how many executions the second look was cut off, if it was: see [`Model::second_look`].
    ///
    /// Then a bug that hides behind a read may have been missed. Everything that loom finds by itself was looked for.
    pub fn second_look_cut_off(&self) -> Option<usize> {
        self.second_look_cut_off
    }
}

impl Default for Model {
    fn default() -> Self {
        Self::new()
    }
}

impl Model {
    /// A model with the usual limits.
    pub fn new() -> Self {
        Self {
            settings: Settings {
                max_branches: 1_000,
                max_threads: 5,
                max_executions: usize::MAX,
                max_steps: MOST_STEPS,
                preemption_bound: None,
                record: Record::Nothing,
                spurious: true,
                skip_futile_rounds: true,
                weak_failure: None,
                sleepless: None,
                seq_cst_fences: false,
                stores: Stores::AsLoomSays,
                ordered_loads: false,
                ordered_attempts: false,
                weaken: None,
                collect_orderings: false,
            },
            one_schedule: false,
            second_look: true,
        }
    }

    /// How many threads there may be, the model's own included. At most 5, which is the default.
    pub fn max_threads(mut self, threads: usize) -> Self {
        assert!(
            (1..=5).contains(&threads),
            "a model has 1 to 5 threads, not {threads}"
        );
        self.settings.max_threads = threads;
        self
    }

    /// After how many choices an execution counts as a livelock; 1,000 unless told.
    pub fn max_branches(mut self, branches: usize) -> Self {
        self.settings.max_branches = branches;
        self
    }

    /// Stops after that many executions. A model that is cut off passes, but proves nothing, and says so.
    ///
    /// Unless told, a model goes on until all executions are explored, and fails if these are too many: after some
    /// seconds, with the kind [`TooManySchedules`](Kind::TooManySchedules). So this is also the way to let a large
    /// model take its time: ask for more executions than it has.
    pub fn max_executions(mut self, executions: usize) -> Self {
        self.settings.max_executions = executions.max(1);
        self.settings.max_steps = u64::MAX;
        self
    }

    /// Explores only schedules in which threads are interrupted at most that many times. Far fewer than
    /// all, and most bugs need no more than two; but it is not a proof, and says so.
    pub fn preemption_bound(mut self, preemptions: usize) -> Self {
        self.settings.preemption_bound = Some(preemptions);
        self
    }

    /// Whether waits and parks may end, and weak compare-exchanges may fail, without a reason. They may unless
    /// told otherwise: real ones do.
    pub fn spurious(mut self, spurious: bool) -> Self {
        self.settings.spurious = spurious;
        self
    }

    /// Whether to look a second time, for bugs that hide behind a read. It does unless told otherwise.
    ///
    /// Loom remembers only the latest access to an atomic. So one thread's read can hide another's from a store
    /// that should be tried before both, and a bug can pass (its issues 166 and 392). The second look explores
    /// loads in every order, too. There is none if no two threads load the same atomic, and it is cut off after
    /// 6,000 executions and four for each of the first look's; a pass says so.
    pub fn second_look(mut self, look: bool) -> Self {
        self.second_look = look;
        self
    }

    /// Records every execution as it goes. Unless told, a model records nothing until an execution has failed,
    /// and then runs that one again, which is faster. Recording shows a failure of a program that is not
    /// deterministic, too.
    pub fn record_everything(mut self, record: bool) -> Self {
        self.settings.record = if record {
            Record::Everything
        } else {
            Record::Nothing
        };
        self
    }

    /// Accepts a program that has only one schedule.
    pub fn allow_one_schedule(mut self) -> Self {
        self.one_schedule = true;
        self
    }

    /// Replaces one ordering of the source by a weaker one: `FILE:LINE[:COLUMN[:failure]][=ORDERING]`, with the
    /// file relative to its package. Without an ordering it becomes `Relaxed`. If the model still passes, it
    /// does not need that ordering, or is too weak to tell.
    ///
    /// The environment variable `LANES_WEAKEN` does the same to every [`check`](Self::check).
    ///
    /// # Panics
    ///
    /// Panics if it cannot read the text.
    pub fn weaken(mut self, place: &str) -> Self {
        match Weaken::parse(place) {
            Ok(weaken) => self.settings.weaken = Some(weaken),
            Err(error) => panic!("{error}"),
        }
        self
    }

    /// As [`model`], with these limits.
    ///
    /// # Panics
    ///
    /// As [`model`].
    pub fn check(mut self, program: impl Fn() + Send + Sync + 'static) {
        if let Ok(place) = std::env::var("LANES_WEAKEN") {
            self = self.weaken(&place);
        }
        self.settings.collect_orderings = output::is_wanted();
        let result = self.explore(program);
        output::write(&result);
        match result {
            Ok(pass) => output::pass_line(&pass),
            Err(report) => fail(&report),
        }
    }

    /// As [`explore()`], with these limits.
    ///
    /// # Errors
    ///
    /// As [`explore()`].
    pub fn explore(&self, program: impl Fn() + Send + Sync + 'static) -> Result<Pass, Box<Report>> {
        let program: Program = Arc::new(program);
        let started = Instant::now();
        let mut pass = self.explore_with(&self.settings, &program)?;
        pass.elapsed = started.elapsed();
        Ok(pass)
    }

    /// Explores `program` and lists how its orderings can be weakened, one at a time and one step each, in the
    /// form that [`weaken`](Self::weaken) reads.
    ///
    /// A model that still passes with one of them does not need that ordering, or is too weak to tell.
    ///
    /// # Errors
    ///
    /// The report, if `program` fails as it is.
    pub fn weakenings(
        mut self,
        program: impl Fn() + Send + Sync + 'static,
    ) -> Result<Vec<String>, Box<Report>> {
        self.settings.collect_orderings = true;
        let pass = self.explore(program)?;
        let weaker = |site: &OrderingSite| {
            let address = site.address();
            site.weaker()
                .iter()
                .map(move |weaker| format!("{address}={weaker:?}"))
        };
        Ok(pass.orderings.iter().flat_map(weaker).collect())
    }

    /// As [`expect_bug`], with these limits.
    ///
    /// # Panics
    ///
    /// As [`expect_bug`].
    pub fn expect_bug(&self, kind: Kind, program: impl Fn() + Send + Sync + 'static) -> Report {
        match self.explore(program) {
            Err(report) if report.kind() == kind => *report,
            Err(report) => {
                print!("{}", report.table(Style::of_stdout()));
                panic!("expected: {kind}; found: {}", report.headline());
            }
            Ok(pass) => panic!(
                "expected: {kind}; found nothing in {} executions",
                pass.executions()
            ),
        }
    }

    /// As [`outcomes`], with these limits.
    ///
    /// # Panics
    ///
    /// As [`outcomes`].
    pub fn outcomes<T: Ord + Send + 'static>(
        mut self,
        program: impl Fn() -> T + Send + Sync + 'static,
    ) -> BTreeSet<T> {
        // A program may well have one outcome, and one schedule.
        self.one_schedule = true;
        // Nothing fails here that would be doubted and explored again: make loom's mistakes good from the start.
        self.settings.stores = Stores::AfterReadModifyWrites;
        self.settings.seq_cst_fences = true;
        let all = Arc::new(Mutex::new(BTreeSet::new()));
        let found = Arc::clone(&all);
        let result = self.explore(move || {
            let outcome = program();
            found
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(outcome);
        });
        if let Err(report) = result {
            fail(&report);
        }
        std::mem::take(&mut all.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn explore_with(&self, settings: &Settings, program: &Program) -> Result<Pass, Box<Report>> {
        let mut pass = Pass {
            executions: 0,
            complete: settings.preemption_bound.is_none(),
            elapsed: Duration::ZERO,
            seq_cst_fences: settings.seq_cst_fences,
            second_look_cut_off: None,
            orderings: Vec::new(),
        };
        let first = match self.run(settings, program)? {
            Run::Explored(tally) => tally,
            Run::PassedAfterAll(pass) => return Ok(pass),
        };
        pass.executions = first.executions;
        pass.orderings = first.orderings;
        match first.cut_off {
            Some(CutOff::Executions) => {
                pass.complete = false;
                return Ok(pass);
            }
            Some(CutOff::Steps) => return Err(Box::new(too_many_schedules(&pass))),
            None if !pass.complete => return Ok(pass),
            None => {}
        }
        let mut more = Vec::new();
        if self.second_look && first.shared_loads {
            let most = SECOND_LOOK_LEAST + SECOND_LOOK_TIMES * first.executions;
            more.push(Settings {
                ordered_loads: true,
                max_executions: most.min(settings.max_executions),
                max_steps: settings.max_steps / 2,
                ..settings.clone()
            });
        }
        if first.lock_attempts {
            more.push(Settings {
                ordered_attempts: true,
                ..settings.clone()
            });
        }
        if settings.spurious {
            let failures = 1..=first.weak_exchanges.min(WEAK_FAILURES);
            more.extend(failures.map(|failure| Settings {
                weak_failure: Some(failure),
                ..settings.clone()
            }));
        }
        let sleeps = 1..=first.sleeps.min(SLEEPLESS);
        more.extend(sleeps.map(|sleep| Settings {
            sleepless: Some(sleep),
            ..settings.clone()
        }));
        for settings in &more {
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
                Some(CutOff::Steps) => return Err(Box::new(too_many_schedules(&pass))),
                None => {}
            }
        }
        // What is cut off has seen more than one.
        let alone = pass.executions <= 1 + more.len() && pass.second_look_cut_off.is_none();
        if first.executions == 1 && alone && !self.one_schedule {
            return Err(Box::new(one_schedule()));
        }
        Ok(pass)
    }

    fn run(&self, settings: &Settings, program: &Program) -> Result<Run, Box<Report>> {
        let (ending, tally) = engine::run(settings.clone(), program);
        match ending {
            Ending::Explored => Ok(Run::Explored(tally)),
            Ending::Failed(failure) => self
                .doubt(&failure, settings, program)
                .map(Run::PassedAfterAll),
            Ending::Stuck(stuck) => Err(Box::new(Report::of_stuck(&stuck))),
        }
    }

    /// Turns a failure into a report, unless it may be one of those that only loom can see: then it explores
    /// again, with loom's mistake made good.
    fn doubt(
        &self,
        failure: &Failure,
        settings: &Settings,
        program: &Program,
    ) -> Result<Pass, Box<Report>> {
        let report = show(failure, settings, program);
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

/// Looks for a short failure of the same kind, and makes a report of it.
fn show(failure: &Failure, settings: &Settings, program: &Program) -> Report {
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

fn one_schedule() -> Report {
    Report::bare(
        Kind::OneSchedule,
        String::from("only one schedule: nothing was explored"),
        vec![
            String::from(
                "The program ran once, from start to end, and the checker saw no other way to run it.",
            ),
            String::from(
                "Does it start a thread, from `crate::sync::thread`? Does the code under test use `std::sync` \
                 where it should use `crate::sync`? What bypasses `crate::sync` is not explored.",
            ),
        ],
    )
}

fn too_many_schedules(pass: &Pass) -> Report {
    let executions = pass.executions;
    Report::bare(
        Kind::TooManySchedules,
        format!(
            "too many schedules: no failure in the first {executions} executions, but there are more"
        ),
        vec![
            String::from(
                "Does a thread wait in a loop, with `yield_now` or `spin_loop`, where it could sleep? Each time round \
                 is one more schedule. Let it wait on a condition variable, or `park`.",
            ),
            String::from(
                "Or is the model too large? Fewer threads, or fewer steps in each, are mostly enough to find a bug. If \
                 you know that it needs more time, or if a part will do, say so: `Model::max_executions`.",
            ),
        ],
    )
}

fn fail(report: &Report) -> ! {
    // From the test's own thread, so that the table is shown with the test.
    print!("{}", report.table(Style::of_stdout()));
    // Without the hook: it would say again what the table has said.
    panic::resume_unwind(Box::new(report.headline().to_owned()))
}

/// The name of the model: its test's.
pub(crate) fn name() -> String {
    thread::current().name().unwrap_or("model").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::atomic::{AtomicU32, Ordering};
    use crate::sync::{hint, thread};

    /// How a spin lock is taken.
    type Take = fn(&AtomicU32);
    /// Who went in, and what it saw of two variables.
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

    /// Two threads go in `times` times each. In the order of their visits, who went in and what they saw of a
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
