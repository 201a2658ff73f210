use explorer::Promise;

use crate::ordering::Weaken;

/// How a model is explored.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// How many states our own engine may visit.
    pub(crate) max_states: usize,
    /// How many steps an execution may have.
    pub(crate) max_steps: usize,
    /// How many executions loom may run.
    pub(crate) max_executions: usize,
    /// How often each thread may wake up for no reason; as often as it likes if that is not said.
    pub(crate) wakes: Option<u8>,
    /// What it takes of other threads for one to end.
    pub(crate) promise: Promise,
    pub(crate) weaken: Option<Weaken>,
    /// Collects every place in the source that names an ordering.
    pub(crate) collect_orderings: bool,
}
