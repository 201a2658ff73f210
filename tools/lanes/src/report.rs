//! A failing execution, made readable.

mod bare;
mod builder;
mod fold;
mod graph;
mod guess;
mod headline;
mod json;
mod kind;
mod lines;
mod names;
mod rows;
mod style;
mod table;
mod why;

pub use kind::Kind;
pub use rows::{Row, State};
pub use style::{Layout, Style};
pub(crate) use table::REPLAY;

use builder::Builder;
use fold::Fold;

use explorer::{Memory, Schedule};

use crate::run::{Aftermath, Failure};
use crate::source::Sources;

/// A bug that a model found, with the interleaving that shows it.
#[derive(Clone, Debug)]
pub struct Report {
    kind: Kind,
    headline: String,
    message: String,
    threads: Vec<String>,
    variables: Vec<Variable>,
    rows: Vec<Row>,
    folds: Vec<Fold>,
    why: Vec<String>,
    marked: Vec<usize>,
    /// What to say under the headline, of failures without a schedule.
    advice: Vec<String>,
    memory: Memory,
    schedule: Schedule,
}

/// A shared object of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variable {
    /// Its name, as guessed from the source or given by [`name`](crate::sync::name()).
    pub name: String,
    /// `atomic`, `cell`, `mutex`, `rwlock`, `condvar`, `arc` or `allocation`.
    pub kind: &'static str,
    /// Its first value, if it is one that can be shown.
    pub initial: Option<String>,
    /// The file in which it is made, relative to its package.
    pub file: String,
    /// The line in which it is made.
    pub line: u32,
}

impl Report {
    /// What is wrong.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What is wrong, in one line.
    pub fn headline(&self) -> &str {
        &self.headline
    }

    /// What the panic said.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What it takes for the failure to come about: threads that take turns, or a memory that reorders accesses.
    pub fn memory(&self) -> Memory {
        self.memory
    }

    /// The schedule alone, for [`Model::replay`](crate::Model::replay). It is empty if the failure has none.
    pub fn schedule(&self) -> String {
        self.schedule.to_string()
    }

    /// The threads, by number.
    pub fn threads(&self) -> &[String] {
        &self.threads
    }

    /// The shared objects, in the order in which they were made.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The steps, in an order that explains.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Why it failed, in sentences that name rows.
    pub fn why(&self) -> &[String] {
        &self.why
    }

    /// The numbers of the rows to look at.
    pub fn marked(&self) -> &[usize] {
        &self.marked
    }

    /// The report on an execution that failed.
    pub(crate) fn of_failure(failure: &Failure) -> Self {
        let mut sources = Sources::default();
        let kind = Kind::of(failure, &mut sources);
        let mut report = Builder::new(kind, failure, &mut sources).report();
        report.advise();
        let aftermath = match failure.aftermath {
            Aftermath::Unwound => return report,
            Aftermath::PanickedAgain => {
                "While this panic unwound, a destructor panicked as well. Outside a model that aborts the process."
            }
            Aftermath::Caught => {
                "The program caught this panic. In a model a panic is a failure all the same. One that is part of the \
                 program, and caught on purpose, has to be raised by `std::panic::resume_unwind`."
            }
            Aftermath::Stuck => {
                "While this panic unwound, a destructor got stuck; its thread has been left behind."
            }
        };
        report.advice.push(String::from(aftermath));
        report
    }

    fn advise(&mut self) {
        match self.kind {
            Kind::StackOverflow => self.advice.push(String::from(
                "A thread of a model has a stack of 1 MiB. Is there an endless recursion, or a very large array in a \
                 local variable?",
            )),
            Kind::NotDeterministic => self.advice.push(String::from(
                "The program must do the same each time it is run under the same schedule. Does it look at \
                 an address, at a hash or the order of a HashMap, at the clock, at random numbers, or at a `static` that keeps its \
                 value from one execution to the next?",
            )),
            _ => {}
        }
    }
}
