use crate::ordering::Weaken;

/// How one run of the checker is set up.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) max_branches: usize,
    pub(crate) max_threads: usize,
    pub(crate) max_executions: usize,
    /// Of all executions together. Unlike time, it is the same on every machine.
    pub(crate) max_steps: u64,
    pub(crate) preemption_bound: Option<usize>,
    pub(crate) record: Record,
    /// Whether waits may end without a reason.
    pub(crate) spurious: bool,
    /// Which weak compare-exchange of an execution fails without a reason, counted from 1.
    pub(crate) weak_failure: Option<usize>,
    /// Which wait or park of an execution ends as soon as it has begun, counted from 1.
    pub(crate) sleepless: Option<usize>,
    /// Explores nothing below a round of waiting that changed nothing.
    pub(crate) skip_futile_rounds: bool,
    /// Puts a SeqCst fence between two SeqCst accesses of a thread.
    pub(crate) seq_cst_fences: bool,
    pub(crate) stores: Stores,
    /// Lets loads of different threads be tried in both orders; see `Atomic::load`.
    pub(crate) ordered_loads: bool,
    /// Tries every order of an attempt to lock and an unlock.
    pub(crate) ordered_attempts: bool,
    pub(crate) weaken: Option<Weaken>,
    /// Collects every place in the source that names an ordering.
    pub(crate) collect_orderings: bool,
}

impl Settings {
    /// Whether loom may end waits without a reason. One surprise is enough for an execution.
    pub(crate) fn wakes_spuriously(&self) -> bool {
        self.spurious && self.sleepless.is_none()
    }
}

/// Which order the stores to an atomic have, as far as loom knows; see `Atomic::store_in_order`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stores {
    /// What loom makes of it.
    AsLoomSays,
    /// A store comes after the read-modify-writes that were there before it.
    AfterReadModifyWrites,
    /// A store comes after all changes that were there before it. A machine may reorder more than that.
    InTurn,
}

/// Which executions are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    Nothing,
    Everything,
    /// Only that execution, counted from 1.
    Only(usize),
}
