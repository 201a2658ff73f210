//! A leak: what was made and not freed.

use super::{Evidence, Why};
use crate::step::{Op, Step};

impl Evidence<'_> {
    pub(super) fn leak(&self, why: &mut Why) {
        for (index, step) in self.steps.iter().enumerate() {
            let freed = |other: &Step| other.op == Op::Free && other.object == step.object;
            if step.op != Op::Alloc || self.steps.iter().any(freed) {
                continue;
            }
            why.mark(self.row(index));
            let object = self.names.object(step.object);
            let of = |op| {
                let same = |other: &&Step| other.op == op && other.object == step.object;
                self.steps.iter().filter(same).count()
            };
            let (clones, drops) = (of(Op::Clone), of(Op::Drop));
            why.say(match clones + drops {
                0 => format!(
                    "`{object}`, made in row {}, is never dropped.",
                    self.row(index)
                ),
                _ => format!(
                    "of `{object}`, made in row {}, there were {} references; {drops} of them {} dropped.",
                    self.row(index),
                    clones + 1,
                    if drops == 1 { "was" } else { "were" }
                ),
            });
        }
    }
}
