//! A failure, made into rows and the reasons for them.

use std::collections::{BTreeSet, HashSet};

use super::fold;
use super::graph::Graph;
use super::headline::assertion;
use super::names::Names;
use super::rows::{self, Holders};
use super::why::Evidence;
use super::{Kind, Report, Row, State, Variable};
use crate::run::Failure;
use crate::source::{self, Sources};
use crate::step::{Object, ObjectId, Op, Step, Value};

/// Turns a failure into a report.
pub(super) struct Builder<'a> {
    kind: Kind,
    failure: &'a Failure,
    /// In the order that is shown; those that did not take effect come last.
    steps: Vec<Step>,
    states: Vec<State>,
    sources: &'a mut Sources,
}

impl<'a> Builder<'a> {
    pub(super) fn new(kind: Kind, failure: &'a Failure, sources: &'a mut Sources) -> Self {
        let steps = failure.steps.clone();
        let mut states = vec![State::Ran; steps.len()];
        let mut builder = Self {
            kind,
            failure,
            steps,
            states: Vec::new(),
            sources,
        };
        let mut pending: Vec<(&Step, State)> = failure
            .pending
            .iter()
            .filter_map(|step| Some((step, builder.state_of_pending(step)?)))
            .collect();
        pending.sort_by_key(|&(_, state)| state == State::Failed);
        for (step, state) in pending {
            builder.steps.push(*step);
            states.push(state);
        }
        builder.states = states;
        builder
    }

    /// What is to be shown of a step that has begun and not taken effect. Most threads were merely about to.
    fn state_of_pending(&self, step: &Step) -> Option<State> {
        let failing = self.failure.failing_step();
        match self.kind {
            Kind::Leak => None,
            Kind::Deadlock => Some(State::Blocked),
            // Some go round; others wait for them.
            Kind::Livelock => self.is_blocked(step).then_some(State::Blocked),
            _ => {
                let failing = failing?;
                // It has gone into memory that another thread is about to free.
                let is_inside = failing.op == Op::Free && step.lies_in(failing.object);
                match failing.thread == step.thread {
                    true => Some(State::Failed),
                    false => is_inside.then_some(State::Ran),
                }
            }
        }
    }

    fn is_blocked(&self, step: &Step) -> bool {
        match step.op {
            Op::Join(thread) => {
                let ends = |other: &Step| other.thread == thread && other.op == Op::End;
                !self.failure.steps.iter().any(ends)
            }
            Op::Lock(_) => {
                let mut holders = Holders::default();
                for step in &self.failure.steps {
                    holders.follow(step, 0);
                }
                !holders.of(step.object).is_empty()
            }
            Op::Woken(_) | Op::Park => true,
            _ => false,
        }
    }

    pub(super) fn report(mut self) -> Report {
        let failure = self.failure;
        let names = Names::new(
            &failure.objects,
            &self.steps,
            &failure.threads,
            self.sources,
        );
        let fenced = self.files(Sources::speaks_of_fences);
        let fences_of_std = self.files(Sources::takes_fence_from_std);
        let graph = Graph::new(&self.steps);

        // A thread's end is not worth a row: the one that waits for it says so.
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

        // The functions that start threads are the model; a lock that is taken elsewhere is taken by the code under test.
        let mut functions: Vec<Option<String>> = Vec::new();
        for step in &self.steps {
            functions.push(self.sources.function(step.site.file(), step.site.line()));
        }
        let starts = |step: &Step| matches!(step.op, Op::Spawn(_));
        let steps = self.steps.iter().zip(&functions);
        let model: HashSet<String> = steps
            .filter(|(step, _)| starts(step))
            .filter_map(|(_, function)| function.clone())
            .collect();

        let mut rows = Vec::new();
        let mut holders = Holders::default();
        for (index, step) in self.steps.iter().enumerate() {
            let Some(number) = row_of[index] else {
                continue;
            };
            let state = self.states[index];
            let shown = |value: Value| value.is_known().then(|| names.value(value));
            let site = step.site;
            let function = functions[index].as_deref();
            let function = function.filter(|it| !model.is_empty() && !model.contains(*it));
            rows.push(Row {
                row: number,
                thread: step.thread,
                op: rows::op_key(step.op),
                object: step.object.map(|object| names.object(Some(object))),
                text: rows::text(step, state, &names, &holders, function),
                ordering: step.effective_order().map(|order| format!("{order:?}")),
                read: shown(step.read),
                wrote: shown(step.wrote),
                file: source::relative(site.file()),
                line: site.line(),
                column: site.column(),
                source: self.sources.line(site.file(), site.line()),
                function: functions[index].clone(),
                state,
                reads_from: row(graph.reads_from[index]),
                stale: row(graph.stale[index]),
                synchronizes_with: row(graph.synchronizes_with[index]),
            });
            if state == State::Ran {
                holders.follow(step, number);
            }
        }

        let panics = matches!(self.kind, Kind::Assertion | Kind::Panic);
        let mut why = Evidence {
            kind: self.kind,
            memory: failure.memory,
            message: &failure.message,
            panic: failure.thread.filter(|_| panics).map(|it| (it, count + 1)),
            objects: &failure.objects,
            fenced: &fenced,
            fences_of_std: &fences_of_std,
            steps: &self.steps,
            states: &self.states,
            row_of: &row_of,
            names: &names,
            graph: &graph,
        }
        .explain();
        if failure.place.is_none() && panics {
            why.sentences.push(String::from(
                "the panic was raised by `resume_unwind`, which does not tell where: the last row shows the place \
                 of the thread's latest step.",
            ));
        }
        why.marked
            .extend(self.refusals().filter_map(|step| row_of[step]));
        let mut marked: Vec<usize> = why.marked.into_iter().collect();
        if let Some(panic) = self.panic_row(count + 1) {
            marked.push(panic.row);
            rows.push(panic);
        }

        let mut report = Report {
            kind: self.kind,
            headline: String::new(),
            message: failure.message.trim().to_owned(),
            threads: names.threads().to_vec(),
            variables: variables(failure, &names),
            folds: fold::folds(&rows, &marked),
            rows,
            why: why.sentences,
            marked,
            advice: Vec::new(),
            memory: failure.memory,
            schedule: failure.schedule.clone(),
        };
        report.headline = report.compose_headline();
        if !self.kind.has_schedule() {
            report.rows.clear();
            report.folds.clear();
            report.marked.clear();
            report.why.clear();
            report.schedule = Default::default();
        }
        report
    }

    /// The exchanges and attempts at a lock that failed, and that their threads did not try again: what they did instead may be
    /// what is wrong.
    fn refusals(&self) -> impl Iterator<Item = usize> {
        let failed = |step: &Step| {
            let tries = matches!(step.op, Op::CompareExchange { .. } | Op::TryLock(_));
            tries && !step.succeeded && !step.spurious
        };
        let again = |step: &Step, later: &Step| {
            let key = |step: &Step| (step.thread, step.object, step.op);
            key(step) == key(later)
        };
        let is_asked = matches!(self.kind, Kind::Assertion | Kind::Panic);
        self.steps.iter().enumerate().filter_map(move |(at, step)| {
            let mut later = self.steps[at + 1..].iter();
            let counts = is_asked && self.states[at] == State::Ran && failed(step);
            (counts && !later.any(|later| again(step, later))).then_some(at)
        })
    }

    /// The source files of the steps of which something is so.
    fn files(&mut self, is: fn(&mut Sources, &str) -> bool) -> BTreeSet<&'static str> {
        let files: BTreeSet<&'static str> =
            self.steps.iter().map(|step| step.site.file()).collect();
        files
            .into_iter()
            .filter(|file| is(self.sources, file))
            .collect()
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
            function: self.sources.function(&file, line),
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

fn variables(failure: &Failure, names: &Names) -> Vec<Variable> {
    let variable = |(index, object): (usize, &Object)| Variable {
        name: names.object(Some(ObjectId(index as u32))),
        kind: object.kind.word(),
        initial: object
            .initial
            .is_known()
            .then(|| names.value(object.initial)),
        file: source::relative(object.site.file()),
        line: object.site.line(),
    };
    failure.objects.iter().enumerate().map(variable).collect()
}
