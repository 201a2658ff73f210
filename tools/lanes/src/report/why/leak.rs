//! A leak: what was made and not freed, and the step that has lost it.

use super::{Evidence, Why, rows};
use crate::step::{ObjectId, Op, Step, Value};

impl Evidence<'_> {
    pub(super) fn leak(&self, why: &mut Why) {
        for (index, step) in self.steps.iter().enumerate() {
            let freed = |other: &Step| other.op == Op::Free && other.object == step.object;
            if step.op != Op::Alloc || self.steps.iter().any(freed) {
                continue;
            }
            why.mark(self.row(index));
            let object = self.names.object(step.object);
            let (clones, drops) = (
                self.all(Op::Clone, step.object),
                self.all(Op::Drop, step.object),
            );
            let dropped = self.where_dropped(step.object, why);
            why.say(match (clones.len(), drops.len()) {
                (0, 0) => format!(
                    "`{object}`, made in row {}, is never dropped.",
                    self.row(index)
                ),
                (clones, drops) => format!(
                    "of `{object}`, made in row {}, there were {} references; {drops} of them {} dropped{}.",
                    self.row(index),
                    clones + 1,
                    if drops == 1 { "was" } else { "were" },
                    dropped,
                ),
            });
            self.lost(index, why);
        }
    }

    fn all(&self, op: Op, object: Option<ObjectId>) -> Vec<usize> {
        let same =
            |&index: &usize| self.steps[index].op == op && self.steps[index].object == object;
        (0..self.steps.len()).filter(same).collect()
    }

    fn where_dropped(&self, object: Option<ObjectId>, why: &mut Why) -> String {
        let drops = self.all(Op::Drop, object);
        if drops.is_empty() {
            return String::new();
        }
        why.mark(self.row(drops[drops.len() - 1]));
        format!(", in {}", rows(drops.iter().map(|&it| self.row(it))))
    }

    /// Where the last pointer to it was lost.
    fn lost(&self, made: usize, why: &mut Why) {
        let Some(pointer) = self.pointer_to(made) else {
            return;
        };
        let name = self.names.value(pointer);
        // The last that has taken it out of an atomic, or has stored over it.
        let mut lost = None;
        for index in made..self.steps.len() {
            let step = &self.steps[index];
            let took = step.read == pointer && step.succeeded && step.wrote != pointer;
            let is_taken = match step.op {
                Op::Rmw(_) | Op::CompareExchange { .. } | Op::Exclusive(_) => took,
                Op::Store => {
                    let before = self.graph.store_before(index);
                    before.is_some_and(|it| self.steps[it].wrote == pointer)
                        && step.wrote != pointer
                }
                _ => false,
            };
            if is_taken {
                lost = Some((index, step.op == Op::Store));
            } else if step.wrote == pointer && step.is_atomic() {
                lost = None;
            }
        }
        let Some((index, is_stored_over)) = lost else {
            return self.still_held(pointer, why);
        };
        why.mark(self.row(index));
        let object = self.names.object(self.steps[index].object);
        why.say(match is_stored_over {
            true => format!(
                "{} stores over the pointer to it, {name}, in `{object}`: from there on nothing leads to it.",
                self.named(index)
            ),
            false => format!(
                "{} takes the pointer to it, {name}, out of `{object}`, and nobody frees it after that.",
                self.named(index)
            ),
        });
    }

    /// A variable that holds the pointer to the end.
    fn still_held(&self, pointer: Value, why: &mut Why) {
        let holds =
            |&index: &usize| self.steps[index].wrote == pointer && self.steps[index].is_atomic();
        if let Some(index) = (0..self.steps.len()).rev().find(holds) {
            why.mark(self.row(index));
            why.say(format!(
                "{} has put the pointer to it, {}, into `{}`, and there it stays to the end.",
                self.named(index),
                self.names.value(pointer),
                self.names.object(self.steps[index].object)
            ));
        }
    }

    /// The address of what was made: the first that its maker shows after that, before it makes something else.
    fn pointer_to(&self, made: usize) -> Option<Value> {
        let known = |value: Value| {
            self.steps[..made]
                .iter()
                .any(|step| [step.read, step.wrote, step.argument].contains(&value))
        };
        self.own(self.steps[made].thread, made + 1..self.steps.len())
            .take_while(|&it| self.steps[it].op != Op::Alloc)
            .map(|it| self.steps[it].argument)
            .find(|&value| matches!(value, Value::Pointer(1..)) && !known(value))
    }
}
