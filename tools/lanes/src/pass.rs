use std::time::Duration;

use crate::ordering::OrderingSite;

/// What exploring a model found when no execution failed.
#[derive(Clone, Debug)]
pub struct Pass {
    pub(crate) executions: usize,
    pub(crate) complete: bool,
    pub(crate) elapsed: Duration,
    pub(crate) seq_cst_fences: bool,
    pub(crate) second_look_cut_off: Option<usize>,
    pub(crate) orderings: Vec<OrderingSite>,
}

impl Pass {
    /// How many executions were explored, without those of a second look that was cut off.
    pub fn executions(&self) -> usize {
        self.executions
    }

    /// Whether these were all. If not, the model proves nothing.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// How long it took.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Whether it passed only with a SeqCst fence between every two SeqCst accesses of a thread.
    ///
    /// Loom takes SeqCst accesses for AcqRel, and would find failures that no machine can show. The fences
    /// are a little stronger than the accesses, so a bug may hide behind them where SeqCst accesses are mixed
    /// with weaker ones.
    pub fn took_seq_cst_as_fences(&self) -> bool {
        self.seq_cst_fences
    }

    /// After how many executions the second look was cut off, if it was: see
    /// [`Model::second_look`](crate::Model::second_look).
    ///
    /// Then a bug that hides behind a read may have been missed. Everything that loom finds by itself was looked for.
    pub fn second_look_cut_off(&self) -> Option<usize> {
        self.second_look_cut_off
    }
}
