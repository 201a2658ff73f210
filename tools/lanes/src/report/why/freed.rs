//! Memory that is used after it is freed, or freed twice: who made it, who freed it first, and who comes back to it.

use super::{Evidence, Why};
use crate::report::{Memory, State};
use crate::step::{ObjectId, Op, Value};

impl Evidence<'_> {
    /// Steps that reach what was freed before, and the step that freed it.
    pub(super) fn use_after_free(&self, why: &mut Why) {
        for (index, step) in self.steps.iter().enumerate() {
            let verb = match step.op {
                Op::CellRead => "reads",
                Op::CellWrite => "changes",
                Op::Free => "frees",
                Op::Load => "loads",
                Op::Store | Op::Rmw(_) | Op::CompareExchange { .. } => "changes",
                _ => continue,
            };
            let Some(free) = self.freed(step.object, index) else {
                continue;
            };
            let again = if step.op == Op::Free { " already" } else { "" };
            let made = self.made(step.object, why);
            why.mark(self.row(free));
            why.mark(self.row(index));
            why.say(format!(
                "{} {verb} `{}`, which {made}{} has freed{again}.",
                self.named(index),
                self.names.object(step.object),
                self.named(free),
            ));
            if !self.deferred_too_early(index, free, why) {
                self.reached(index, free, why);
            }
        }
        if why.sentences.is_empty() {
            self.gone(why);
        }
        match self.memory {
            Memory::Weak => self.reordered(why),
            Memory::Unknown => self.stale(why),
            Memory::Interleaving => {
                self.turns(why);
            }
        }
    }

    /// Something whose memory is freed without a row of its own.
    fn gone(&self, why: &mut Why) {
        let failed = |state: &State| *state == State::Failed;
        let Some(index) = self.states.iter().position(failed) else {
            return;
        };
        why.mark(self.row(index));
        let step = &self.steps[index];
        let object = step.object.and_then(|it| self.objects.get(it.0 as usize));
        why.say(match object {
            Some(object) => format!(
                "T{} has made `{}`, and by row {} it is gone: it was dropped, or its owner has ended.",
                object.maker,
                self.names.object(step.object),
                self.row(index),
            ),
            None => format!(
                "what row {} reaches was not made in this execution, or is gone: make everything inside of the model's \
                 closure.",
                self.row(index)
            ),
        });
    }

    fn freed(&self, object: Option<ObjectId>, before: usize) -> Option<usize> {
        let freed = |index: &usize| {
            let step = &self.steps[*index];
            step.op == Op::Free && object.is_some() && step.object == object
        };
        (0..before).find(freed)
    }

    /// `row 2 (T0) has made, and `
    fn made(&self, object: Option<ObjectId>, why: &mut Why) -> String {
        let makes = |index: &usize| {
            self.steps[*index].op == Op::Alloc && self.steps[*index].object == object
        };
        let Some(made) = (0..self.steps.len()).find(makes) else {
            return String::new();
        };
        why.mark(self.row(made));
        format!("{} has made, and ", self.named(made))
    }

    /// How the thread came by the pointer, if that was before the memory was freed. Whether it is known.
    pub(super) fn reached(&self, index: usize, free: usize, why: &mut Why) -> bool {
        let (thread, freer) = (self.steps[index].thread, self.steps[free].thread);
        let pointer = |&it: &usize| {
            matches!(self.steps[it].read, Value::Pointer(1..)) && self.steps[it].is_atomic()
        };
        let mut loads = self.own(thread, 0..free.min(index)).rev().filter(pointer);
        let Some(load) = loads.next().filter(|_| thread != freer) else {
            return false;
        };
        why.mark(self.row(load));
        why.say(format!(
            "T{thread} has its pointer since row {}, before T{freer} frees in row {}: nothing tells T{freer} that T{thread} \
             still uses it.",
            self.row(load),
            self.row(free),
        ));
        true
    }

    /// The thread came by the pointer after its destruction had been deferred: something still led to it then.
    pub(super) fn deferred_too_early(&self, index: usize, free: usize, why: &mut Why) -> bool {
        let object = self.steps[free].object;
        let defers =
            |&it: &usize| self.steps[it].op == Op::Defer && self.steps[it].object == object;
        let Some(deferred) = (0..free).find(defers) else {
            return false;
        };
        let thread = self.steps[index].thread;
        let pointer = |&it: &usize| {
            matches!(self.steps[it].read, Value::Pointer(1..)) && self.steps[it].is_atomic()
        };
        let load = self.own(thread, 0..index).rev().find(pointer);
        let Some(load) = load.filter(|&load| load > deferred) else {
            return false;
        };
        why.mark(self.row(deferred));
        why.mark(self.row(load));
        why.say(format!(
            "{} has deferred its destruction, and `{}` still leads to it: T{thread} takes the pointer from there after that, \
             in row {}.",
            self.named(deferred),
            self.names.object(self.steps[load].object),
            self.row(load),
        ));
        true
    }
}
