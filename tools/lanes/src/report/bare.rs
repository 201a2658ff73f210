//! Reports without a schedule: what went wrong is not in any one execution.

use explorer::{Limit, Memory, Schedule};

use super::{Kind, Report};
use crate::run::Stuck;
use crate::source;

impl Report {
    /// A report without a schedule.
    fn bare(kind: Kind, headline: String, advice: &[&str]) -> Self {
        Self {
            kind,
            message: headline.clone(),
            headline,
            threads: Vec::new(),
            variables: Vec::new(),
            rows: Vec::new(),
            folds: Vec::new(),
            why: Vec::new(),
            marked: Vec::new(),
            advice: advice.iter().copied().map(str::to_owned).collect(),
            memory: Memory::Unknown,
            schedule: Schedule::default(),
        }
    }

    /// The report on a model that got stuck.
    pub(crate) fn of_stuck(stuck: &Stuck) -> Self {
        let place = match &stuck.last_step {
            Some((file, line, _, thread)) => {
                format!(
                    "T{thread}'s last step was {}:{line}",
                    source::relative(file)
                )
            }
            None => String::from("it took no step at all"),
        };
        Self::bare(
            Kind::Hang,
            format!("hang: the model took no step for seconds; {place}"),
            &[
                "Either a loop goes round without a step that the model can see, or something waits that \
                 the model does not know.",
                "Does the code use `std::sync` where it should use `crate::sync`? In a model a std lock \
                 waits for ever: the thread that holds it cannot run meanwhile.",
            ],
        )
    }

    /// The report on a program in which nothing was explored.
    pub(crate) fn of_one_schedule() -> Self {
        Self::bare(
            Kind::OneSchedule,
            String::from("only one schedule: nothing was explored"),
            &[
                "The program ran once, from start to end, and the checker saw no other way to run it.",
                "Does it start a thread, from `crate::sync::thread`? Does the code under test use `std::sync` \
                 where it should use `crate::sync`? What bypasses `crate::sync` is not explored.",
            ],
        )
    }

    /// The report on a program that starts more threads than a model can have.
    pub(crate) fn of_too_many_threads() -> Self {
        Self::bare(
            Kind::TooManyThreads,
            String::from("too many threads"),
            &[
                "A model has at most 64 threads, its own included. Two or three are mostly enough to find a bug. Does a \
                 thread start others without end?",
            ],
        )
    }

    /// The report on a program that is too large to be explored: no failure in the first `states`.
    pub(crate) fn of_too_many_schedules(states: usize, limit: Limit) -> Self {
        Self::bare(
            Kind::TooManySchedules,
            format!("too many schedules: no failure in the first {states} states: {limit}"),
            &[
                "Does a loop count, or write something else in each round, without an end? Then there is none to come to.",
                "Or is the model too large? Fewer threads, or fewer steps in each, are mostly enough to find a bug. If \
                 you know that it needs more time, say so: `Model::max_states`.",
            ],
        )
    }
}
