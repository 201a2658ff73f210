use std::time::Duration;

use crate::ordering::OrderingSite;

/// What exploring a model found when no execution failed.
#[derive(Clone, Debug)]
pub struct Pass {
    pub(crate) states: usize,
    pub(crate) wakes: Option<u8>,
    pub(crate) hidden: bool,
    pub(crate) loom: Option<Second>,
    pub(crate) elapsed: Duration,
    pub(crate) orderings: Vec<OrderingSite>,
}

impl Pass {
    /// How many different states the program can be in between two steps. All of them were visited, and so was every
    /// execution that leads through them.
    pub fn states(&self) -> usize {
        self.states
    }

    /// How often each thread could wake up for no reason, if that had to be limited: where it does something new each time,
    /// there is no end of states. None if it was as often as it liked.
    pub fn wakes(&self) -> Option<u8> {
        self.wakes
    }

    /// Whether something decides what a thread does that the model does not know of, such as a lock of `std`. Then what
    /// bypasses the model has been seen in one order only in each of its executions.
    pub fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// How many executions loom has run, and whether these were all that it knows of. None if it was not asked.
    pub fn loom_executions(&self) -> Option<(usize, bool)> {
        self.loom
            .as_ref()
            .map(|loom| (loom.executions, loom.complete))
    }

    /// What loom takes for a failure, if it does. The language allows no such execution, as far as our own engine knows,
    /// which has visited all: loom is known to make up some.
    pub fn loom_objection(&self) -> Option<&str> {
        self.loom.as_ref()?.objection.as_deref()
    }

    /// How long it took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

/// What loom has to say of a program in which our own engine has found nothing.
#[derive(Clone, Debug)]
pub(crate) struct Second {
    /// How many executions it has run.
    pub(crate) executions: usize,
    /// Whether these were all that it knows of.
    pub(crate) complete: bool,
    /// What it takes for a failure.
    pub(crate) objection: Option<String>,
}
