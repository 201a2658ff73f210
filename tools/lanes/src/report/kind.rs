use std::fmt;

use crate::run::{Cause, Failure};
use crate::source::Sources;

/// What is wrong with a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Two threads access the same memory, one of them writes, and nothing orders the two.
    DataRace,
    /// Memory is used after it was freed, or freed twice.
    UseAfterFree,
    /// Every thread that is left waits for another.
    Deadlock,
    /// An `assert!` does not hold.
    Assertion,
    /// Some other panic.
    Panic,
    /// An execution ended while something that is watched was alive.
    Leak,
    /// The threads run on and on and get nowhere.
    Livelock,
    /// A thread goes on only if another one does, where it should not have to.
    Waits,
    /// More threads than a model may have.
    TooManyThreads,
    /// No failure so far, and too many executions to look at all of them.
    TooManySchedules,
    /// A `todo!()`: not a bug, but work to be done.
    NotYetImplemented,
    /// No thread of the model took a step for seconds.
    Hang,
    /// A thread used up its stack, which is small in a model.
    StackOverflow,
    /// There was only one schedule, so nothing was explored.
    OneSchedule,
    /// The program did not do the same when it was run the same way.
    NotDeterministic,
}

impl Kind {
    /// The kind in the words of a headline.
    pub fn words(self) -> &'static str {
        match self {
            Kind::DataRace => "data race",
            Kind::UseAfterFree => "use after free",
            Kind::Deadlock => "deadlock",
            Kind::Assertion => "assertion failed",
            Kind::Panic => "panic",
            Kind::Leak => "leak",
            Kind::Livelock => "livelock",
            Kind::Waits => "wait",
            Kind::TooManyThreads => "too many threads",
            Kind::TooManySchedules => "too many schedules",
            Kind::NotYetImplemented => "not yet implemented",
            Kind::Hang => "hang",
            Kind::StackOverflow => "stack overflow",
            Kind::OneSchedule => "only one schedule",
            Kind::NotDeterministic => "not deterministic",
        }
    }

    /// The kind as JSON has it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Kind::DataRace => "data_race",
            Kind::UseAfterFree => "use_after_free",
            Kind::Deadlock => "deadlock",
            Kind::Assertion => "assertion",
            Kind::Panic => "panic",
            Kind::Leak => "leak",
            Kind::Livelock => "livelock",
            Kind::Waits => "waits",
            Kind::TooManyThreads => "too_many_threads",
            Kind::TooManySchedules => "too_many_schedules",
            Kind::NotYetImplemented => "not_yet_implemented",
            Kind::Hang => "hang",
            Kind::StackOverflow => "stack_overflow",
            Kind::OneSchedule => "one_schedule",
            Kind::NotDeterministic => "not_deterministic",
        }
    }

    /// Whether a schedule has to do with it, so that a report shows one.
    pub(crate) fn has_schedule(self) -> bool {
        !matches!(
            self,
            Kind::NotYetImplemented
                | Kind::TooManySchedules
                | Kind::Hang
                | Kind::StackOverflow
                | Kind::OneSchedule
                | Kind::TooManyThreads
                | Kind::NotDeterministic
        )
    }

    /// The kind of a failure. Of a panic it tells the place.
    pub(super) fn of(failure: &Failure, sources: &mut Sources) -> Kind {
        match failure.cause {
            Cause::Panic => Self::of_panic(failure, sources),
            Cause::Race => Kind::DataRace,
            Cause::UseAfterFree => Kind::UseAfterFree,
            Cause::Leak => Kind::Leak,
            Cause::Deadlock => Kind::Deadlock,
            Cause::Livelock => Kind::Livelock,
            Cause::Waits => Kind::Waits,
            Cause::NotDeterministic => Kind::NotDeterministic,
            Cause::StackOverflow => Kind::StackOverflow,
        }
    }

    fn of_panic(failure: &Failure, sources: &mut Sources) -> Kind {
        if failure.message.starts_with("not yet implemented") {
            return Kind::NotYetImplemented;
        }
        let asserts = failure.place.as_ref().is_some_and(|(file, line, column)| {
            let text = sources.text_at(file, *line, *column);
            text.starts_with("assert") || text.starts_with("debug_assert")
        });
        if asserts || failure.message.starts_with("assertion ") {
            Kind::Assertion
        } else {
            Kind::Panic
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}
