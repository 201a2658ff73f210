//! Edges that are missing: a value went from one thread to another, and nothing else went with it.

use std::sync::atomic::Ordering;

use super::{Evidence, Why};
use crate::report::graph::Missing;
use crate::source::relative;
use crate::step::Op;

impl Evidence<'_> {
    /// Names the edges that stronger orderings would make.
    pub(super) fn missing(&self, missing: &[Missing], why: &mut Why) {
        for edge in missing {
            let object = self.names.object(self.steps[edge.writer].object);
            let mut needs = Vec::new();
            if edge.needs_release {
                needs.push(self.needs_release(edge));
            }
            if edge.needs_acquire {
                needs.push(self.needs_acquire(edge));
            }
            why.mark(self.row(edge.writer));
            why.mark(self.row(edge.reader));
            why.say(format!(
                "the value of `{object}` went from row {} to row {}, but nothing else went with it: {}.",
                self.row(edge.writer),
                self.row(edge.reader),
                needs.join("; ")
            ));
            self.fence_of_std(edge, why);
        }
    }

    /// A model does not see `std`'s own fences.
    fn fence_of_std(&self, edge: &Missing, why: &mut Why) {
        let sites = [edge.writer, edge.reader].map(|index| self.steps[index].site.file());
        let unseen = sites
            .into_iter()
            .find(|file| self.fences_of_std.contains(file));
        if let Some(file) = unseen.filter(|_| self.steps.iter().all(|step| step.op != Op::Fence)) {
            why.say(format!(
                "{} takes `fence` from `std`, and no model sees that one: take it from where the atomics come from.",
                relative(file)
            ));
        }
    }

    fn needs_release(&self, edge: &Missing) -> String {
        let writer = &self.steps[edge.writer];
        let mut orders = vec![match writer.order {
            Some(Ordering::Acquire) => "AcqRel",
            _ => "Release",
        }];
        if self.knows_fences(edge.writer) {
            orders.push("`fence(Release)` before it");
        }
        let (row, order) = (self.row(edge.writer), word(writer.order));
        format!(
            "row {row} writes with {order}, needs {}",
            orders.join(", or ")
        )
    }

    fn needs_acquire(&self, edge: &Missing) -> String {
        let reader = &self.steps[edge.reader];
        let order = reader.effective_order();
        let is_half = matches!(order, Some(Ordering::Release));
        let mut orders = vec![if is_half { "AcqRel" } else { "Acquire" }];
        if is_half || self.knows_fences(edge.reader) {
            orders.push("`fence(Acquire)` behind it");
        }
        let fails = match (reader.op, reader.succeeded) {
            (Op::CompareExchange { .. }, false) => " (its second ordering, for it fails)",
            _ => "",
        };
        let (row, order) = (self.row(edge.reader), word(order));
        format!(
            "row {row} reads with {order}{fails}, needs {}",
            orders.join(", or ")
        )
    }

    /// Whether the code there, or this execution, has fences: then one may be the cure.
    fn knows_fences(&self, index: usize) -> bool {
        self.fenced.contains(self.steps[index].site.file())
            || self.steps.iter().any(|step| step.op == Op::Fence)
    }
}

fn word(order: Option<Ordering>) -> String {
    order.map(|order| format!("{order:?}")).unwrap_or_default()
}
