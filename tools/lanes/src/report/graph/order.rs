//! Which store a step reads, and which stores are newer: the modification order of each atomic.

use super::Graph;

impl Graph<'_> {
    /// The store that a step reads, and what other rows had written by then that is newer.
    pub(super) fn find_newer(&mut self, index: usize) {
        let step = &self.steps[index];
        if let Some(at) = step.read_at {
            let source = |&store: &usize| self.steps[store].wrote_at == Some(at);
            let source = self.stores_before(index).find(source);
            self.reads_from[index] = source;
            // A read-modify-write has nothing between itself and what it reads; its own place says more.
            if step.wrote_at.is_none() {
                self.stale[index] = self.first_newer(index, at);
            }
        }
        if let Some(at) = step.wrote_at {
            self.behind[index] = self.first_newer(index, at);
        }
    }

    /// The store right before that of `store` in modification order.
    pub(crate) fn store_before(&self, store: usize) -> Option<usize> {
        let at = self.steps[store].wrote_at?;
        (0..self.steps.len())
            .filter(|&other| self.steps[other].object == self.steps[store].object)
            .filter(|&other| self.steps[other].wrote_at.is_some_and(|other| other < at))
            .max_by_key(|&other| self.steps[other].wrote_at)
    }

    /// The stores of its atomic, in the order of the rows.
    fn stores_before(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        let object = self.steps[index].object;
        (0..index)
            .filter(move |&other| self.steps[other].object == object)
            .filter(|&other| self.steps[other].wrote_at.is_some())
    }

    fn first_newer(&self, index: usize, at: u64) -> Option<usize> {
        self.stores_before(index)
            .find(|&store| self.steps[store].wrote_at > Some(at))
    }
}
