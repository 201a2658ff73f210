//! Why it failed: which rows to look at, and which edge is missing between them.

mod access;
mod deadlock;
mod freed;
mod leak;
mod livelock;
mod missing;
mod race;
mod sleep;
mod stale;
mod turns;
mod values;

use std::collections::BTreeSet;

use super::Kind;
use super::graph::Graph;
use super::names::Names;
use super::rows::{State, and};
use crate::step::{Object, Step};

/// An explanation: sentences, and the rows that they are about.
#[derive(Default)]
pub(super) struct Why {
    pub(super) sentences: Vec<String>,
    pub(super) marked: BTreeSet<usize>,
}

/// What an explanation is made from.
pub(super) struct Evidence<'a> {
    pub(super) kind: Kind,
    pub(super) memory: explorer::Memory,
    pub(super) message: &'a str,
    /// The thread that has panicked, and the row of that.
    pub(super) panic: Option<(usize, usize)>,
    pub(super) steps: &'a [Step],
    pub(super) states: &'a [State],
    /// The row of each step, which may have none.
    pub(super) row_of: &'a [Option<usize>],
    pub(super) objects: &'a [Object],
    pub(super) names: &'a Names,
    pub(super) graph: &'a Graph<'a>,
    /// The source files that speak of fences.
    pub(super) fenced: &'a BTreeSet<&'static str>,
    /// Those that take `std`'s own.
    pub(super) fences_of_std: &'a BTreeSet<&'static str>,
}

impl Evidence<'_> {
    pub(super) fn explain(&self) -> Why {
        let mut why = Why::default();
        match self.kind {
            Kind::DataRace => self.race(&mut why),
            Kind::UseAfterFree => self.use_after_free(&mut why),
            Kind::Deadlock => self.deadlock(&mut why),
            Kind::Livelock => self.livelock(&mut why),
            Kind::Leak => self.leak(&mut why),
            Kind::Assertion | Kind::Panic => self.values(&mut why),
            _ => {}
        }
        why
    }

    fn row(&self, step: usize) -> usize {
        self.row_of[step].unwrap_or(0)
    }

    /// `row 4 (T1)`
    fn named(&self, step: usize) -> String {
        format!("row {} (T{})", self.row(step), self.steps[step].thread)
    }
}

impl Why {
    /// Says it, once.
    fn say(&mut self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self.sentences.contains(&sentence) {
            self.sentences.push(sentence);
        }
    }

    fn mark(&mut self, row: usize) {
        if row > 0 {
            self.marked.insert(row);
        }
    }
}

/// `row 4`, or `rows 4, 6 and 9`
fn rows(numbers: impl Iterator<Item = usize>) -> String {
    let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
    let word = if numbers.len() == 1 { "row" } else { "rows" };
    format!("{word} {}", and(&numbers))
}
