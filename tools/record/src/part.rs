//! What is recorded as one, and written as soon as it is finished.

use std::fmt;

use crate::program::Program;

/// A group of a benchmark, or a step.
pub(crate) struct Part {
    pub(crate) chapter: String,
    pub(crate) name: String,
    /// How many benchmarks there are in it; a step counts as one.
    pub(crate) rows: usize,
    pub(crate) program: Program,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Group,
    Step,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.chapter, self.name)
    }
}
