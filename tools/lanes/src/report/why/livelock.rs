//! A livelock: which threads go round and round, what they wait for, and who has to do something about it.

use std::collections::BTreeSet;

use super::{Evidence, Why};
use crate::report::State;
use crate::step::Op;

/// How many steps at the end are looked at: a few rounds.
const TAIL: usize = 60;

impl Evidence<'_> {
    pub(super) fn livelock(&self, why: &mut Why) {
        let tail = self.steps.len().saturating_sub(TAIL);
        let threads: BTreeSet<usize> = self.steps[tail..].iter().map(|step| step.thread).collect();
        for thread in threads {
            self.round(thread, tail, why);
        }
        self.blocked(why);
        self.stale(why);
    }

    /// What a thread does again and again, if it does.
    fn round(&self, thread: usize, tail: usize, why: &mut Why) {
        let is_over =
            |index: usize| self.steps[index].op == Op::End || self.states[index] == State::Blocked;
        let looks = |&index: &usize| {
            !matches!(self.steps[index].op, Op::Spin | Op::Unlock(_)) && self.row(index) > 0
        };
        if self.own(thread, 0..self.steps.len()).any(is_over) {
            return;
        }
        let Some(last) = self.own(thread, tail..self.steps.len()).rev().find(looks) else {
            return;
        };
        let step = &self.steps[last];
        let first = self.own(thread, 0..self.steps.len()).find(|&other| {
            let other = &self.steps[other];
            (other.op, other.site, other.object, other.read)
                == (step.op, step.site, step.object, step.read)
        });
        let first = first.unwrap_or(last);
        let row = self.row(first);
        why.mark(row);
        let object = self.names.object(step.object);
        if object.is_empty() {
            return why.say(format!("T{thread} goes round and round from row {row} on."));
        }
        let mut sentence = format!(
            "T{thread} goes round and round at row {row}, waiting for `{object}` to change"
        );
        if let Some(from) =
            self.graph.reads_from[first].filter(|&it| self.steps[it].thread != thread)
        {
            why.mark(self.row(from));
            sentence += &format!(": it finds what {} has left", self.named(from));
        }
        why.say(sentence + ".");
        let is_outdated = matches!(step.op, Op::CompareExchange { .. })
            && !step.succeeded
            && !step.spurious
            && step.expected.is_known();
        if is_outdated {
            why.say(format!(
                "row {row} expects {} each time, and finds {}.",
                self.names.value(step.expected),
                self.names.value(step.read),
            ));
        }
    }
}
