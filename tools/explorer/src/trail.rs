//! How the states of a search breadth first were come to.

use crate::op::Tid;
use crate::run::Told;
use crate::ways::Way;

/// The step by which a state was come to first: from which state, whose step, which way, and what the thread was told.
#[derive(Clone, Copy)]
pub(crate) struct Came {
    pub(crate) from: usize,
    pub(crate) thread: Tid,
    pub(crate) way: Way,
    pub(crate) told: Option<Told>,
}

/// Of each state, by number, how it was come to; the first was not.
#[derive(Default)]
pub(crate) struct Trail(Vec<Option<Came>>);

impl Trail {
    /// The next state was come to so.
    pub(crate) fn push(&mut self, came: Option<Came>) {
        self.0.push(came);
    }

    /// How many states there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// How that state was come to.
    pub(crate) fn came(&self, at: usize) -> Option<Came> {
        self.0[at]
    }

    /// The steps that lead to a state.
    pub(crate) fn way_to(&self, at: usize) -> Vec<(Tid, Way)> {
        let mut ways: Vec<_> = self
            .back_from(at)
            .map(|came| (came.thread, came.way))
            .collect();
        ways.reverse();
        ways
    }

    /// What threads were told in these steps.
    pub(crate) fn path_to(&self, at: usize) -> Vec<Told> {
        let mut path: Vec<Told> = self.back_from(at).filter_map(|came| came.told).collect();
        path.reverse();
        path
    }

    fn back_from(&self, at: usize) -> impl Iterator<Item = Came> {
        std::iter::successors(self.0[at], |came| self.0[came.from])
    }
}
