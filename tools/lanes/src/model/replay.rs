//! One schedule alone, as a table names it.

use std::sync::Arc;

use explorer::Schedule;

use super::Model;
use crate::engine::{self, Program, Replayed};
use crate::report::Report;

impl Model {
    /// Runs `program` along one schedule, as [`Report::schedule`] and the line under a table name it. That it passes says
    /// nothing of other schedules.
    ///
    /// The environment variable `LANES_REPLAY` does the same in [`check`](Self::check).
    ///
    /// # Errors
    ///
    /// The report, if the program fails along it, or behind its end: from there the threads go on by turns, each as long
    /// as it can.
    ///
    /// # Panics
    ///
    /// If the text is no schedule, or does not fit the program: then the program, or what it calls, has changed since.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
    /// use lanes::sync::thread;
    ///
    /// fn two_add() {
    ///     let sum = Arc::new(AtomicU32::new(0));
    ///     let add = |sum: &AtomicU32| sum.store(sum.load(Relaxed) + 1, Relaxed);
    ///     let other = thread::spawn({
    ///         let sum = Arc::clone(&sum);
    ///         move || add(&sum)
    ///     });
    ///     add(&sum);
    ///     other.join().unwrap();
    ///     assert_eq!(sum.load(Relaxed), 2);
    /// }
    ///
    /// let report = lanes::explore(two_add).unwrap_err();
    /// let again = lanes::Model::new().replay(&report.schedule(), two_add);
    /// assert_eq!(again.unwrap_err().json(), report.json());
    /// ```
    pub fn replay(
        &self,
        schedule: &str,
        program: impl Fn() + Send + Sync + 'static,
    ) -> Result<(), Box<Report>> {
        let schedule: Schedule = match schedule.trim().parse() {
            Ok(schedule) => schedule,
            Err(error) => panic!("{error}"),
        };
        let program: Program = Arc::new(move || {
            program();
            0
        });
        match engine::replay(&self.settings, &program, &schedule) {
            Replayed::Passed => Ok(()),
            Replayed::Failed(failure) => Err(Box::new(Report::of_failure(&failure))),
            Replayed::Stuck(stuck) => Err(Box::new(Report::of_stuck(&stuck))),
            Replayed::Misfit(why) => panic!(
                "the schedule {schedule} does not fit this model: {why}. Is it of another test, or of what the source was \
                 before it changed?"
            ),
        }
    }
}
