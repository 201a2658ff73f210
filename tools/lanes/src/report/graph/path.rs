//! Paths: what happens before what, and which edges that would take.

use super::{Graph, Missing};

/// The cheapest path to a step that is known so far: its cost, and the edge that it ends with.
#[derive(Clone, Copy)]
struct Path {
    cost: usize,
    last: Option<(usize, Option<Missing>)>,
}

impl Graph<'_> {
    /// A path from `from` to `to` over as few missing edges as possible, and those edges. `None` if there is
    /// no path at all.
    pub(crate) fn missing_between(&self, from: usize, to: usize) -> Option<Vec<Missing>> {
        let mut paths: Vec<Option<Path>> = vec![None; self.steps.len()];
        paths[from] = Some(Path {
            cost: 0,
            last: None,
        });
        // Every edge leads to a later row.
        for step in from..to {
            let Some(here) = paths[step] else { continue };
            for edge in &self.edges[step] {
                let cost = here.cost + edge.missing.map_or(0, |missing| self.cost(missing));
                if paths[edge.to].is_none_or(|known| cost < known.cost) {
                    let last = Some((step, edge.missing));
                    paths[edge.to] = Some(Path { cost, last });
                }
            }
        }
        let mut missing = Vec::new();
        let mut last = paths[to]?.last;
        while let Some((step, edge)) = last {
            missing.extend(edge);
            last = paths[step].and_then(|path| path.last);
        }
        missing.reverse();
        Some(missing)
    }

    /// What a missing edge costs. One by a read that failed, such as a compare-exchange that found something else, is hardly
    /// ever the one that the program means.
    fn cost(&self, missing: Missing) -> usize {
        let both = missing.needs_release && missing.needs_acquire;
        let failed = !self.steps[missing.reader].succeeded;
        4 + usize::from(both) + usize::from(failed)
    }

    /// Whether `first` happens before `second`.
    pub(crate) fn is_ordered(&self, first: usize, second: usize) -> bool {
        self.missing_between(first, second)
            .is_some_and(|missing| missing.is_empty())
    }
}
