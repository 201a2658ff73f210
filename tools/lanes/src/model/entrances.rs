//! What a test calls: for a program that should be right, and for one that should be wrong.

use std::collections::BTreeSet;
use std::mem;
use std::panic;
use std::sync::{Arc, Mutex, PoisonError};

use super::Model;
use crate::engine::Program;
use crate::ordering::OrderingSite;
use crate::output;
use crate::pass::Pass;
use crate::report::{Kind, REPLAY, Report, Style};

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

/// Expects that a thread of `program` waits for ever, asleep: one that looks again and again takes a processor away
/// from those it waits for. `who` completes the sentence "… waits without sleeping".
///
/// The program is one in which nothing ever ends the wait. A sleeper ends it in a deadlock, and a poller in a livelock;
/// a model can tell the two apart where a test on real threads sees a thread that is late.
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
/// No load ever sees a store that comes later in every thread's order, so the relaxed outcome of *load buffering* is
/// missing.
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

impl Model {
    /// As [`model`], with these limits. If the variable `LANES_REPLAY` names a schedule, nothing is explored: the program is
    /// run along that schedule.
    ///
    /// # Panics
    ///
    /// As [`model`].
    pub fn check(mut self, program: impl Fn() + Send + Sync + 'static) {
        if let Ok(place) = std::env::var("LANES_WEAKEN") {
            self = self.weaken(&place);
        }
        let result = match std::env::var(REPLAY) {
            Ok(schedule) => match self.replay(&schedule, program) {
                Ok(()) => return output::replay_line(),
                Err(report) => Err(report),
            },
            Err(_) => {
                self.settings.collect_orderings = output::is_wanted();
                self.explore(program)
            }
        };
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
        let program: Program = Arc::new(move || {
            program();
            0
        });
        self.explore_program(&program).map(|(pass, _)| pass)
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
                "expected: {kind}; found nothing in {} states",
                pass.states()
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
        // What loom finds besides is not what the language allows.
        self.settings.max_executions = 0;
        let all = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&all);
        let program: Program = Arc::new(move || {
            let outcome = program();
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            let known = seen.iter().position(|other| *other == outcome);
            known.unwrap_or_else(|| {
                seen.push(outcome);
                seen.len() - 1
            })
        });
        let reached = match self.explore_program(&program) {
            Ok((_, outcomes)) => outcomes,
            Err(report) => fail(&report),
        };
        let all = mem::take(&mut *all.lock().unwrap_or_else(PoisonError::into_inner));
        let numbered = all.into_iter().enumerate();
        let reached = numbered.filter(|(number, _)| reached.contains(number));
        reached.map(|(_, outcome)| outcome).collect()
    }
}

fn fail(report: &Report) -> ! {
    // From the test's own thread, so that the table is shown with the test.
    print!("{}", report.table(Style::of_stdout()));
    // Without the hook: it would say again what the table has said.
    panic::resume_unwind(Box::new(report.headline().to_owned()))
}
