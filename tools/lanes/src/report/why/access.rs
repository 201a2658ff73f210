//! Which steps look at something, which change it, and which are acts: what others can notice.

use super::Evidence;
use crate::report::State;
use crate::step::{Op, Step, Value};

impl Evidence<'_> {
    /// Whether a step tells its thread what its object holds.
    pub(super) fn looks(&self, index: usize) -> bool {
        match self.steps[index].op {
            Op::Load | Op::Rmw(_) | Op::CompareExchange { .. } => true,
            Op::CellRead | Op::Lock(_) => self.states[index] == State::Ran,
            Op::Exclusive(_) => true,
            Op::TryLock(_) => true,
            _ => false,
        }
    }

    /// Whether a step leaves something else in its object than was there.
    pub(super) fn changes(&self, index: usize) -> bool {
        if self.states[index] != State::Ran {
            return false;
        }
        let step = &self.steps[index];
        match step.op {
            Op::Unlock(_) | Op::Wait { .. } => self.is_changed_under_the_lock(index),
            Op::Rmw(_) | Op::CompareExchange { .. } | Op::CellWrite => {
                step.writes() && !(step.read.is_known() && step.read == step.wrote)
            }
            Op::Exclusive(_) => step.wrote_at.is_some(),
            Op::Store | Op::Free => true,
            _ => false,
        }
    }

    /// Whether what a lock holds may be something else when it is let go. Not known of what is no primitive.
    fn is_changed_under_the_lock(&self, unlock: usize) -> bool {
        let left = self.steps[unlock].wrote;
        match self.taken(unlock) {
            Some(lock) => !left.is_known() || self.steps[lock].read != left,
            None => true,
        }
    }

    /// Where a lock was taken that is let go at `unlock`.
    pub(super) fn taken(&self, unlock: usize) -> Option<usize> {
        let lock = self.lock_of(unlock);
        (0..unlock).rev().find(|&index| {
            let step = &self.steps[index];
            step.thread == self.steps[unlock].thread
                && step.object == lock
                && step.succeeded
                && matches!(step.op, Op::Lock(_) | Op::TryLock(_))
        })
    }

    /// The lock that a step lets go, if it does.
    pub(super) fn lock_of(&self, unlock: usize) -> Option<crate::step::ObjectId> {
        let step = &self.steps[unlock];
        match step.op {
            Op::Unlock(_) => step.object,
            Op::Wait { .. } => step.second_object,
            _ => None,
        }
    }

    /// Whether a step takes a lock or lets it go.
    pub(super) fn is_about_a_lock(&self, index: usize) -> bool {
        let takes = matches!(self.steps[index].op, Op::Lock(_) | Op::TryLock(_));
        takes || self.lock_of(index).is_some()
    }

    /// The object that a step looks at or changes. Of a wait it is the lock that it lets go.
    pub(super) fn object_of(&self, index: usize) -> Option<crate::step::ObjectId> {
        self.lock_of(index).or(self.steps[index].object)
    }

    /// Whether others can notice it.
    pub(super) fn acts(&self, index: usize) -> bool {
        let notices = |op| {
            matches!(
                op,
                Op::Notify { .. } | Op::Unpark(_) | Op::Park | Op::Wait { .. } | Op::Defer
            )
        };
        self.changes(index) || notices(self.steps[index].op)
    }

    /// Whether a step stands in the code under test, as far as that can be told, and not in the test.
    pub(super) fn is_under_test(&self, index: usize) -> bool {
        let file = self.steps[index].site.file().replace('\\', "/");
        !file.split('/').any(|folder| folder == "tests")
    }

    /// What is known of an object behind a step.
    pub(super) fn left(&self, index: usize) -> Value {
        let step: &Step = &self.steps[index];
        match step.wrote {
            wrote if wrote.is_known() => wrote,
            _ => step.read,
        }
    }
}
