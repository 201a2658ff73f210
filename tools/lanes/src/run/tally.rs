use crate::ordering::OrderingSite;

/// What a run found out besides a failure.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) executions: usize,
    pub(crate) cut_off: Option<CutOff>,
    /// Most weak compare-exchanges in any one execution.
    pub(crate) weak_exchanges: usize,
    /// Most waits and parks in any one execution, of those that could end at once.
    pub(crate) sleeps: usize,
    /// Whether two threads loaded the same atomic.
    pub(crate) shared_loads: bool,
    /// Whether a thread tried to lock a mutex without waiting for it.
    pub(crate) lock_attempts: bool,
    pub(crate) orderings: Vec<OrderingSite>,
}

/// Which limit ended a run before it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CutOff {
    Executions,
    Steps,
}
