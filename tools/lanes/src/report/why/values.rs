//! Values that should not be: how a program came to see them.

use super::{Evidence, Why, rows};
use crate::report::Memory;
use crate::report::rows::threads;
use crate::step::{Op, Step, Wakeup};

impl Evidence<'_> {
    /// A panic or an assertion: how did the values come about?
    pub(super) fn values(&self, why: &mut Why) {
        self.spurious(why);
        match self.memory {
            Memory::Interleaving => self.interleaved(why),
            Memory::Weak => self.reordered(why),
            _ => self.stale(why),
        }
    }

    fn interleaved(&self, why: &mut Why) {
        // What an engine says of itself is no interleaving's.
        if self.message.starts_with("cannot access Loom") {
            return;
        }
        let was_spurious = !why.sentences.is_empty();
        if self.only_one_has_moved() {
            if !was_spurious {
                self.others_are_late(why);
            }
            return;
        }
        let was_interrupted = self.turns(why);
        if !was_interrupted && !was_spurious {
            self.last_heard(why);
        }
        // A count that overflows is the program's, and so is a panic of the checker's; neither speaks of orderings.
        let is_arithmetic = self.message.starts_with("attempt to ");
        if !is_arithmetic && (was_interrupted || !was_spurious) {
            why.say("this is an ordinary interleaving: orderings alone will not fix it.");
        }
    }

    /// Whether the others, if there are any, have had no part in it.
    fn only_one_has_moved(&self) -> bool {
        let mut movers = self
            .steps
            .iter()
            .filter(|step| !matches!(step.op, Op::Spawn(_) | Op::Join(_) | Op::End | Op::Spin))
            .map(|step| step.thread);
        let first = movers.next();
        movers.all(|thread| Some(thread) == first)
            && self
                .panic
                .is_none_or(|(thread, _)| first.is_none_or(|it| it == thread))
    }

    /// Threads that are there and have done nothing yet.
    fn others_are_late(&self, why: &mut Why) {
        let Some((thread, row)) = self.panic else {
            return;
        };
        let started = self.steps.iter().filter_map(|step| match step.op {
            Op::Spawn(other) => Some(other),
            _ => None,
        });
        let has_ended = |other: usize| {
            let mut own = self.own(other, 0..self.steps.len());
            own.any(|it| self.steps[it].op == Op::End)
        };
        let others = std::iter::once(0).chain(started);
        let late: Vec<usize> = others
            .filter(|&it| it != thread && !has_ended(it))
            .collect();
        // It has looked at nothing but what it has changed itself.
        let others_may_change = |look: usize| {
            let object = self.object_of(look);
            let mut own = self.own(thread, 0..self.steps.len());
            self.looks(look) && !own.any(|it| self.changes(it) && self.object_of(it) == object)
        };
        let mut own = self.own(thread, 0..self.steps.len());
        if late.is_empty() || !own.any(others_may_change) {
            return why.say(format!(
                "T{thread} does this alone: no other thread has a part in it."
            ));
        }
        let waits = |step: &Step| matches!(step.op, Op::Spin | Op::Woken(Wakeup::TimedOut));
        why.say(format!(
            "{} had no turn before row {row}, and nothing makes T{thread} wait for that.{}",
            threads(late.into_iter()),
            match self.steps.iter().any(waits) {
                true => " Time that passes, or a turn that is given away, orders nothing.",
                false => "",
            }
        ));
    }

    /// No thread is interrupted: what the one that fails has heard last of another.
    fn last_heard(&self, why: &mut Why) {
        let Some((thread, _)) = self.panic else {
            return;
        };
        let heard = self
            .own(thread, 0..self.steps.len())
            .rev()
            .find_map(|look| {
                let object = self.object_of(look);
                let by_other = |&it: &usize| {
                    self.object_of(it) == object
                        && self.changes(it)
                        && self.steps[it].thread != thread
                };
                let change = match self.graph.reads_from[look] {
                    Some(from) => Some(from).filter(|from| by_other(from)),
                    None => (0..look).rev().find(by_other),
                };
                change
                    .filter(|_| self.looks(look))
                    .map(|change| (look, change))
            });
        let Some((look, change)) = heard else { return };
        why.mark(self.row(look));
        why.mark(self.row(change));
        why.say(format!(
            "no thread is interrupted here, the order in which they come is enough: in row {}, T{thread} finds in `{}` what T{} \
             has left in row {}.",
            self.row(look),
            self.names.object(self.object_of(look)),
            self.steps[change].thread,
            self.row(change),
        ));
    }

    /// Waits that ended, and weak operations that failed, without a reason.
    pub(super) fn spurious(&self, why: &mut Why) {
        let mut said = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            let same = |other: &usize| {
                let other = &self.steps[*other];
                (other.thread, other.site, other.op, other.spurious)
                    == (step.thread, step.site, step.op, step.spurious)
            };
            let all: Vec<usize> = (0..self.steps.len()).filter(same).collect();
            let is_repeated = all.len() > 1;
            let sentence = match step.op {
                Op::Woken(Wakeup::Spurious) => {
                    "woke up though nobody notified it, as a wait may: check the condition in a loop (`while`, \
                     or `wait_while`)"
                }
                Op::Park if step.spurious => {
                    "came back from `park` though nobody unparked it, as it may: check the condition in a loop"
                }
                Op::CompareExchange { .. } if step.spurious && is_repeated => {
                    "failed though the value was as expected, as `compare_exchange_weak` may, any number of times: a loop \
                     that gives up after some is none; use `compare_exchange` there, or go on"
                }
                Op::CompareExchange { .. } if step.spurious => {
                    "failed though the value was as expected, as `compare_exchange_weak` may: try again in a \
                     loop, or use `compare_exchange`"
                }
                _ => continue,
            };
            why.mark(self.row(index));
            if said.contains(&index) {
                continue;
            }
            let at = rows(all.iter().map(|&it| self.row(it)));
            said.extend(all);
            why.say(format!("{at} (T{}) {sentence}.", step.thread));
        }
    }
}
