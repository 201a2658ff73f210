//! A failing execution, made readable.

mod graph;
pub(crate) mod json;
mod kind;
mod names;
mod order;
mod rows;
pub(crate) mod source;
mod table;
mod why;

pub use kind::Kind;
pub use rows::{Row, State};
pub use table::Style;

use graph::{Graph, Source};
use names::Names;
use order::Found;
use rows::Holders;
use source::Sources;
use why::Case;

use std::sync::atomic::Ordering;

use crate::context::{Aftermath, Failure};
use crate::engine::Stuck;
use crate::step::{Op, Step};

/// A bug that a model found, with the interleaving that shows it.
#[derive(Clone, Debug)]
pub struct Report {
    kind: Kind,
    headline: String,
    message: String,
    execution: usize,
    threads: Vec<String>,
    variables: Vec<Variable>,
    rows: Vec<Row>,
    why: Vec<String>,
    marked: Vec<usize>,
    /// What to say under the headline, of failures without a schedule.
    advice: Vec<String>,
    memory: Memory,
    seq_cst: bool,
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

/// What it takes to see the values of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// An interleaving of the steps.
    Interleaving,
    /// A memory that reorders accesses.
    Weak,
    /// Nothing: one atomic contradicts itself.
    Incoherent,
    /// Not known.
    Unknown,
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

    /// Which execution it was, of those that were explored, counted from 1.
    pub fn execution(&self) -> usize {
        self.execution
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

    /// The report on a program that failed once and not again.
    pub(crate) fn not_deterministic(first: &Self) -> Self {
        let headline = format!(
            "not deterministic: first {}, then something else",
            first.headline
        );
        let mut report = Self::bare(Kind::NotDeterministic, headline, Vec::new());
        report.advise(0);
        report
    }

    /// Whether it may come from loom's idea that a store need not come after a read-modify-write that was there
    /// before it.
    pub(crate) fn may_be_disordered_stores(&self) -> bool {
        self.kind == Kind::Livelock || self.memory == Memory::Incoherent
    }

    /// Whether it may come from loom's idea that a SeqCst access is no stronger than AcqRel.
    pub(crate) fn may_be_weak_seq_cst(&self) -> bool {
        self.seq_cst && self.memory != Memory::Interleaving
    }

    /// The report on an execution that failed.
    pub(crate) fn of_failure(failure: &Failure, max_threads: usize) -> Self {
        let mut sources = Sources::default();
        let kind = Kind::of(failure, &mut sources);
        let mut report = Builder::new(kind, failure, &mut sources).report();
        report.advise(max_threads);
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

    /// A report without a schedule.
    pub(crate) fn bare(kind: Kind, headline: String, advice: Vec<String>) -> Self {
        Self {
            kind,
            message: headline.clone(),
            headline,
            execution: 0,
            threads: Vec::new(),
            variables: Vec::new(),
            rows: Vec::new(),
            why: Vec::new(),
            marked: Vec::new(),
            advice,
            memory: Memory::Unknown,
            seq_cst: false,
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
            vec![
                String::from(
                    "Either a loop goes round without a step that the model can see, or something waits that \
                     the model does not know.",
                ),
                String::from(
                    "Does the code use `std::sync` where it should use `crate::sync`? In a model a std lock \
                     waits for ever: the thread that holds it cannot run meanwhile.",
                ),
            ],
        )
    }

    fn advise(&mut self, max_threads: usize) {
        match self.kind {
            Kind::TooManyThreads => self.advice.push(format!(
                "A model has at most {max_threads} threads, its own included. Two or three are mostly enough to \
                 find a bug."
            )),
            Kind::StackOverflow => self.advice.push(String::from(
                "A thread of a model has a stack of 32 KiB. Is there an endless recursion, or a large array \
                 in a local variable?",
            )),
            Kind::NotDeterministic => self.advice.push(String::from(
                "The program must do the same each time it is run under the same schedule. Does it look at \
                 the clock, at random numbers, at the order of a HashMap, or at a `static` that keeps its \
                 value from one execution to the next?",
            )),
            _ => {}
        }
    }
}

/// Turns a failure into a report.
struct Builder<'a> {
    kind: Kind,
    failure: &'a Failure,
    /// In the order that is shown; those that did not take effect come last.
    steps: Vec<Step>,
    states: Vec<State>,
    memory: Memory,
    sources: &'a mut Sources,
}

impl<'a> Builder<'a> {
    fn new(kind: Kind, failure: &'a Failure, sources: &'a mut Sources) -> Self {
        let (steps, memory) = arrange(kind, failure);
        let mut states = vec![State::Ran; steps.len()];
        let mut builder = Self {
            kind,
            failure,
            steps,
            states: Vec::new(),
            memory,
            sources,
        };
        for step in &failure.pending {
            let state = match kind {
                Kind::Deadlock => State::Blocked,
                // The others were merely about to.
                _ if failure.thread == Some(step.thread) && failure.is_in_loom() => State::Failed,
                _ => continue,
            };
            if matches!(kind, Kind::Livelock | Kind::Leak) {
                continue;
            }
            builder.steps.push(*step);
            states.push(state);
        }
        builder.states = states;
        builder
    }

    fn report(mut self) -> Report {
        let failure = self.failure;
        let names = Names::new(
            &failure.objects,
            &self.steps,
            &failure.threads,
            self.sources,
        );
        // Where the latest write of a value would order a race, it was an earlier one that was read.
        let mut graph = Graph::new(&self.steps, &failure.objects, Source::Latest);
        if self.kind == Kind::DataRace && graph.race_with_last().is_none() {
            graph = Graph::new(&self.steps, &failure.objects, Source::Earliest);
        }

        // A thread's end is not worth a row: who waits for it says so.
        let mut count = 0;
        let row_of: Vec<Option<usize>> = self
            .steps
            .iter()
            .map(|step| {
                count += usize::from(step.op != Op::End);
                (step.op != Op::End).then_some(count)
            })
            .collect();
        let row = |step: Option<usize>| step.and_then(|step| row_of[step]);

        let mut rows = Vec::new();
        let mut holders = Holders::default();
        for (index, step) in self.steps.iter().enumerate() {
            let Some(number) = row_of[index] else {
                continue;
            };
            let state = self.states[index];
            let shown = |value: crate::step::Value| value.is_known().then(|| names.value(value));
            let site = step.site;
            rows.push(Row {
                row: number,
                thread: step.thread,
                op: rows::op_key(step.op),
                object: step.object.map(|object| names.object(Some(object))),
                text: rows::text(step, state, &names, &holders),
                ordering: step.effective_order().map(|order| format!("{order:?}")),
                read: shown(step.read),
                wrote: shown(step.wrote),
                file: source::relative(site.file()),
                line: site.line(),
                column: site.column(),
                source: self.sources.line(site.file(), site.line()),
                state,
                reads_from: row(graph.reads_from[index]),
                stale: row(graph.stale[index]),
                synchronizes_with: row(graph.synchronizes_with[index]),
            });
            if state == State::Ran {
                holders.follow(step, number);
            }
        }

        let why = Case {
            kind: self.kind,
            memory: self.memory,
            steps: &self.steps,
            states: &self.states,
            row_of: &row_of,
            names: &names,
            graph: &graph,
        }
        .explain();
        let mut why = why;
        if failure.place.is_none() && matches!(self.kind, Kind::Assertion | Kind::Panic) {
            why.sentences.push(String::from(
                "the panic was raised by `resume_unwind`, which does not tell where: the last row shows the place \
                 of the thread's latest step.",
            ));
        }
        let mut marked: Vec<usize> = why.marked.into_iter().collect();
        if let Some(panic) = self.panic_row(count + 1) {
            marked.push(panic.row);
            rows.push(panic);
        }

        let variables = failure
            .objects
            .iter()
            .enumerate()
            .map(|(index, object)| Variable {
                name: names.object(Some(crate::step::ObjectId(index as u32))),
                kind: object.kind.word(),
                initial: object
                    .initial
                    .is_known()
                    .then(|| names.value(object.initial)),
                file: source::relative(object.site.file()),
                line: object.site.line(),
            })
            .collect();
        let mut report = Report {
            kind: self.kind,
            headline: String::new(),
            message: failure.message.trim().to_owned(),
            execution: failure.execution,
            threads: names.threads().to_vec(),
            variables,
            rows,
            why: why.sentences,
            marked,
            advice: Vec::new(),
            memory: self.memory,
            seq_cst: self
                .steps
                .iter()
                .any(|step| step.is_atomic() && step.order == Some(Ordering::SeqCst)),
        };
        report.headline = report.compose_headline();
        if !self.kind.has_schedule() {
            report.rows.clear();
            report.marked.clear();
            report.why.clear();
        }
        report
    }

    /// The row of a panic that the program raised itself.
    fn panic_row(&mut self, number: usize) -> Option<Row> {
        if !matches!(self.kind, Kind::Assertion | Kind::Panic) {
            return None;
        }
        let thread = self.failure.thread?;
        let (file, line, column) = self.failure.place.clone().or_else(|| {
            let own = |step: &&Step| step.thread == thread || step.op == Op::Spawn(thread);
            let last = self.steps.iter().rfind(own)?;
            let site = last.site;
            Some((site.file().to_owned(), site.line(), site.column()))
        })?;
        let message = assertion(&self.failure.message);
        Some(Row {
            row: number,
            thread,
            op: "panic",
            object: None,
            text: format!("✗ {}: {message}", self.kind),
            ordering: None,
            read: None,
            wrote: None,
            source: self.sources.line(&file, line),
            file: source::relative(&file),
            line,
            column,
            state: State::Failed,
            reads_from: None,
            stale: None,
            synchronizes_with: None,
        })
    }
}

/// Puts the steps into the order that explains most.
fn arrange(kind: Kind, failure: &Failure) -> (Vec<Step>, Memory) {
    let steps = &failure.steps;
    let as_scheduled = || steps.clone();
    let race = match kind {
        Kind::DataRace => failure.racing_step(),
        Kind::Assertion | Kind::Panic | Kind::Deadlock => None,
        _ => return (as_scheduled(), Memory::Unknown),
    };
    // An order in which the race would be none explains nothing.
    let shows_it = |order: &[usize]| {
        let Some(second) = race else { return true };
        let mut steps: Vec<Step> = order.iter().map(|&index| steps[index]).collect();
        steps.push(second);
        let graph = Graph::new(&steps, &failure.objects, Source::Latest);
        graph.race_with_last().is_some()
    };
    let memory = match order::find(steps, &failure.objects, shows_it) {
        Found::Interleaving(order) => {
            let steps = order.into_iter().map(|index| steps[index]).collect();
            return (steps, Memory::Interleaving);
        }
        Found::Unknown => Memory::Unknown,
        Found::None if order::is_incoherent(steps, &failure.objects) => Memory::Incoherent,
        Found::None => Memory::Weak,
    };
    (as_scheduled(), memory)
}

impl Failure {
    /// The access that loom found to race with an earlier one.
    fn racing_step(&self) -> Option<Step> {
        let mut pending = self.pending.iter();
        pending
            .find(|step| Some(step.thread) == self.thread)
            .copied()
    }
}

impl Report {
    fn compose_headline(&self) -> String {
        let kind = self.kind;
        let words = kind.words();
        let first_line = self.message.lines().next().unwrap_or_default();
        let failed = self.rows.iter().find(|row| row.state == State::Failed);
        let object = || {
            failed
                .and_then(|row| row.object.clone())
                .unwrap_or_default()
        };
        match kind {
            Kind::DataRace => format!("{words} on `{}`", object()),
            Kind::Deadlock => {
                let blocked = self.rows.iter().filter(|row| row.state == State::Blocked);
                let blocked: Vec<usize> = blocked.map(|row| row.thread).collect();
                let threads = rows::threads(blocked.iter().copied());
                match blocked.len() {
                    0 => words.to_owned(),
                    1 => format!("{words}: {threads} waits for ever"),
                    _ => format!("{words}: {threads} wait for ever"),
                }
            }
            Kind::Assertion => format!("{words}: {}", assertion(&self.message)),
            Kind::Panic | Kind::CheckerFailed => format!("{words}: {first_line}"),
            Kind::Leak => {
                let freed = |name: &str| {
                    let free = |row: &&Row| row.op == "free" && row.object.as_deref() == Some(name);
                    self.rows.iter().any(|row| free(&row))
                };
                let made = self.rows.iter().filter(|row| row.op == "alloc");
                let left = made
                    .filter_map(|row| row.object.clone())
                    .find(|name| !freed(name));
                match left {
                    Some(name) => format!("{words}: `{name}` is never dropped"),
                    None => words.to_owned(),
                }
            }
            Kind::Livelock => format!("{words}: the threads go on and on and get nowhere"),
            Kind::NotYetImplemented => first_line.to_owned(),
            _ => words.to_owned(),
        }
    }
}

/// What an assertion says, on one line: its own message, or else what does not hold.
fn assertion(message: &str) -> &str {
    let line = message.lines().next().unwrap_or_default();
    if let Some(condition) = line.strip_prefix("assertion failed: ") {
        return condition;
    }
    // `assertion `left == right` failed: the message`
    let Some(comparison) = line.strip_prefix("assertion `") else {
        return line;
    };
    match comparison.split_once("` failed") {
        Some((comparison, "")) => comparison,
        Some((_, message)) => message.trim_start_matches(": "),
        None => line,
    }
}
