use crate::ordering::OrderingSite;

/// What a run found out besides a failure.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// How often the program was run.
    pub(crate) executions: usize,
    /// Whether there was more to run.
    pub(crate) is_cut_off: bool,
    pub(crate) orderings: Vec<OrderingSite>,
}

/// What unwinds out of loom when it has run enough.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CutOff;
