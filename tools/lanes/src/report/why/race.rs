//! A data race: the two accesses, and how both threads came to be there.

use super::{Evidence, Why};
use crate::report::{Memory, State};
use crate::step::{Access, Op, Value};

impl Evidence<'_> {
    pub(super) fn race(&self, why: &mut Why) {
        let Some(second) = self.states.iter().position(|state| *state == State::Failed) else {
            return;
        };
        why.mark(self.row(second));
        if self.steps[second].is_atomic() && self.not_yet_made(second, why) {
            return;
        }
        let object = self.names.object(self.steps[second].object);
        let Some(first) = self.graph.race_with_last() else {
            return;
        };
        why.mark(self.row(first));
        why.say(format!(
            "{} and {} access `{object}`, at least one of them writes, and nothing orders the first before \
             the second.",
            self.named(first),
            self.named(second),
        ));
        if self.both_read_locked(first, second, why) {
            return;
        }
        if self.steps[second].op == Op::Free && self.deferred_too_early(first, second, why) {
            return;
        }
        match self.graph.missing_between(first, second) {
            Some(missing) => self.missing(&missing, why),
            None => self.not_spoken(first, second, why),
        }
    }

    /// Nothing that came behind the one has gone to the other. How did both get there?
    fn not_spoken(&self, first: usize, second: usize, why: &mut Why) {
        if !self.published_before(first, second, why) {
            let (one, other) = (self.steps[first].thread, self.steps[second].thread);
            why.say(format!(
                "T{other} has read nothing that T{one} wrote after row {}: they have not spoken in between.",
                self.row(first)
            ));
        }
        self.spurious(why);
        match self.memory {
            // What each should have seen of the other, it has missed.
            Memory::Weak => self.reordered(why),
            Memory::Unknown => self.stale(why),
            _ if self.freed_while_used(first, second, why) => self.misleading_turns(why),
            _ => {
                self.turns(why);
            }
        }
    }

    /// The second thread knows of something that the first has done before, and not of the access that came behind it.
    fn published_before(&self, first: usize, second: usize, why: &mut Why) -> bool {
        let (one, other) = (self.steps[first].thread, self.steps[second].thread);
        let told = |&read: &usize| {
            let from = self.graph.synchronizes_with[read]?;
            let step = &self.steps[from];
            let is_of_one = step.thread == one && from < first && step.object.is_some();
            is_of_one.then_some((from, read))
        };
        let Some((from, read)) = self
            .own(other, 0..second)
            .rev()
            .find_map(|read| told(&read))
        else {
            return false;
        };
        why.mark(self.row(from));
        why.mark(self.row(read));
        let does = match self.lock_of(from) {
            Some(_) => "lets go of",
            None => "publishes",
        };
        why.say(format!(
            "What T{other} knows of T{one} ends with row {}, which {does} `{}`, by row {}: row {} comes after that.",
            self.row(from),
            self.names.object(self.object_of(from)),
            self.row(read),
            self.row(first),
        ));
        true
    }

    /// One of the two frees what the other uses.
    fn freed_while_used(&self, first: usize, second: usize, why: &mut Why) -> bool {
        match (self.steps[first].op, self.steps[second].op) {
            (_, Op::Free) => self.reached(first, second, why),
            (Op::Free, _) => self.reached(second, first, why),
            _ => false,
        }
    }

    /// An atomic that another thread has made, reached by a pointer that says nothing of its making.
    fn not_yet_made(&self, access: usize, why: &mut Why) -> bool {
        let step = &self.steps[access];
        let object = step.object.and_then(|it| self.objects.get(it.0 as usize));
        let Some(maker) = object.map(|object| object.maker) else {
            return false;
        };
        if maker == step.thread {
            return false;
        }
        let name = self.names.object(step.object);
        why.say(format!(
            "T{maker} has made `{name}`, and nothing orders that before {}.",
            self.named(access)
        ));
        // The latest value that has come from there, a pointer rather than anything else.
        let by_value = |read: usize| {
            let from = self.graph.reads_from[read]?;
            let path = self.graph.missing_between(from, access)?;
            let is_pointer = matches!(self.steps[read].read, Value::Pointer(_));
            (self.steps[from].thread == maker && !path.is_empty())
                .then_some((is_pointer, read, path))
        };
        let reads = self.own(step.thread, 0..access).filter_map(by_value);
        if let Some((_, read, path)) = reads.max_by_key(|&(is_pointer, read, _)| (is_pointer, read))
        {
            why.mark(self.row(read));
            self.missing(&path, why);
        }
        true
    }

    /// Two readers of one lock, one of which writes.
    fn both_read_locked(&self, first: usize, second: usize, why: &mut Why) -> bool {
        let held = |index: usize| {
            let thread = self.steps[index].thread;
            let locks = self.own(thread, 0..index).rev();
            let mut locks = locks.filter(|&it| {
                let step = &self.steps[it];
                step.succeeded
                    && matches!(step.op, Op::Lock(Access::Read) | Op::TryLock(Access::Read))
            });
            locks.find(|&lock| {
                let object = self.steps[lock].object;
                !self
                    .own(thread, lock..index)
                    .any(|it| self.lock_of(it) == object)
            })
        };
        let (Some(one), Some(other)) = (held(first), held(second)) else {
            return false;
        };
        if self.steps[one].object != self.steps[other].object {
            return false;
        }
        why.mark(self.row(one));
        why.mark(self.row(other));
        why.say(format!(
            "Both hold `{}` to read, since rows {} and {}: readers do not keep each other out, and nothing orders one before \
             the other. To write takes a write-lock.",
            self.names.object(self.steps[one].object),
            self.row(one),
            self.row(other),
        ));
        true
    }
}
