//! A data race: the two accesses, and the edge that is missing between them.

use std::sync::atomic::Ordering;

use super::{Evidence, Why};
use crate::report::graph::Missing;
use crate::report::{Memory, State};

impl Evidence<'_> {
    pub(super) fn race(&self, why: &mut Why) {
        let Some(second) = self.states.iter().position(|state| *state == State::Failed) else {
            return;
        };
        let object = self.names.object(self.steps[second].object);
        let first = self.graph.race_with_last();
        let Some(first) = first else {
            why.mark(self.row(second));
            return;
        };
        why.mark(self.row(first));
        why.mark(self.row(second));
        why.say(format!(
            "{} and {} access `{object}`, at least one of them writes, and nothing orders the first before \
             the second.",
            self.named(first),
            self.named(second),
        ));
        match self.graph.missing_between(first, second) {
            Some(missing) => self.missing(&missing, why),
            None => {
                let (one, other) = (self.steps[first].thread, self.steps[second].thread);
                why.say(format!(
                    "T{other} has read nothing that T{one} wrote after row {}: they have not spoken in \
                     between.",
                    self.row(first)
                ));
                // What each should have seen of the other, it has missed.
                if self.memory == Memory::Weak {
                    self.reordered(why);
                }
            }
        }
    }

    /// Names the edges that stronger orderings would make.
    pub(super) fn missing(&self, missing: &[Missing], why: &mut Why) {
        for edge in missing {
            let (writer, reader) = (&self.steps[edge.writer], &self.steps[edge.reader]);
            let object = self.names.object(writer.object);
            let mut needs = Vec::new();
            if edge.needs_release {
                let both = matches!(writer.order, Some(Ordering::Acquire));
                needs.push(format!(
                    "row {} writes with {}, needs {}",
                    self.row(edge.writer),
                    word(writer.order),
                    if both { "AcqRel" } else { "Release" }
                ));
            }
            if edge.needs_acquire {
                let order = reader.effective_order();
                let both = matches!(order, Some(Ordering::Release));
                needs.push(format!(
                    "row {} reads with {}, needs {}",
                    self.row(edge.reader),
                    word(order),
                    if both {
                        "AcqRel, or `fence(Acquire)` behind it"
                    } else {
                        "Acquire"
                    }
                ));
            }
            why.mark(self.row(edge.writer));
            why.mark(self.row(edge.reader));
            why.say(format!(
                "the value of `{object}` went from row {} to row {}, but nothing else went with it: {}.",
                self.row(edge.writer),
                self.row(edge.reader),
                needs.join("; ")
            ));
        }
    }
}

fn word(order: Option<Ordering>) -> String {
    order.map(|order| format!("{order:?}")).unwrap_or_default()
}
