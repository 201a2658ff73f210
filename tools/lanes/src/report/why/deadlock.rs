//! A deadlock: what each of the threads waits for, and why it never comes.

use super::{Evidence, Why};
use crate::report::rows::Holders;
use crate::report::{Memory, State};
use crate::step::Op;

impl Evidence<'_> {
    pub(super) fn deadlock(&self, why: &mut Why) {
        self.blocked(why);
        let sleeps = |index: &usize| {
            self.states[*index] == State::Blocked
                && matches!(self.steps[*index].op, Op::Woken(_) | Op::Park)
        };
        match self.memory {
            Memory::Weak => self.reordered(why),
            Memory::Unknown => self.stale(why),
            // Locks that are taken in opposite orders say all there is to say.
            _ if (0..self.steps.len()).any(|index| sleeps(&index)) => {
                self.misleading_turns(why);
            }
            _ => {}
        }
    }

    /// What each thread that is blocked waits for.
    pub(super) fn blocked(&self, why: &mut Why) {
        let mut holders = Holders::default();
        for (index, step) in self.steps.iter().enumerate() {
            if self.states[index] == State::Ran {
                holders.follow(step, self.row(index));
            }
        }
        for (index, step) in self.steps.iter().enumerate() {
            if self.states[index] != State::Blocked {
                continue;
            }
            why.mark(self.row(index));
            let thread = step.thread;
            let sentence = match step.op {
                Op::Lock(_) => self.held(index, &holders, why),
                Op::Woken(_) => self.lost_wakeup(index, why),
                Op::Park => self.lost_unpark(index, why),
                Op::Join(other) => format!("T{thread} waits for T{other} to end."),
                _ => format!("T{thread} waits."),
            };
            why.say(sentence);
        }
    }

    fn held(&self, lock: usize, holders: &Holders, why: &mut Why) -> String {
        let (thread, object) = (self.steps[lock].thread, self.steps[lock].object);
        let mut since = Vec::new();
        for holder in holders.of(object) {
            why.mark(holder.row);
            let itself = if holder.thread == thread {
                " itself"
            } else {
                ""
            };
            since.push(format!(
                "T{}{itself} has held since row {}",
                holder.thread, holder.row
            ));
        }
        format!(
            "T{thread} waits for `{}`, which {}.",
            self.names.object(object),
            since.join(" and ")
        )
    }
}
