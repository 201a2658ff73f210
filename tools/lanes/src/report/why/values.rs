//! Values that should not be: how a program came to see them.

use super::{Evidence, Why};
use crate::report::Memory;
use crate::step::{Op, Step, Wakeup};

impl Evidence<'_> {
    /// A panic or an assertion: how did the values come about?
    pub(super) fn values(&self, why: &mut Why) {
        self.spurious(why);
        match self.memory {
            Memory::Interleaving => {
                self.lost_updates(why);
                why.say("this is an ordinary interleaving: orderings alone will not fix it.");
            }
            Memory::Weak => self.reordered(why),
            _ => self.stale_reads(why),
        }
    }

    /// A memory-ordering effect: which reads are to blame for it?
    pub(super) fn reordered(&self, why: &mut Why) {
        why.say("no interleaving fails: only a machine that reorders memory accesses shows it.");
        self.stale_reads(why);
    }

    /// Steps that reach what was freed before, and the step that freed it.
    pub(super) fn use_after_free(&self, why: &mut Why) {
        for (index, step) in self.steps.iter().enumerate() {
            let verb = match step.op {
                Op::CellRead => "reads",
                Op::CellWrite => "changes",
                Op::Free => "frees",
                _ => continue,
            };
            let freed = |other: &Step| other.op == Op::Free && other.object == step.object;
            let Some(free) = self.steps[..index].iter().position(freed) else {
                continue;
            };
            why.mark(self.row(free));
            why.mark(self.row(index));
            why.say(format!(
                "{} {verb} `{}`, which {} has freed.",
                self.named(index),
                self.names.object(step.object),
                self.named(free),
            ));
        }
    }

    /// Waits that ended, and weak operations that failed, without a reason.
    fn spurious(&self, why: &mut Why) {
        for (index, step) in self.steps.iter().enumerate() {
            let sentence = match step.op {
                Op::Woken(Wakeup::Spurious) => {
                    "woke up though nobody notified it, as a wait may: check the condition in a loop (`while`, \
                     or `wait_while`)"
                }
                Op::Park if step.spurious => {
                    "came back from `park` though nobody unparked it, as it may: check the condition in a loop"
                }
                Op::CompareExchange { .. } if step.spurious => {
                    "failed though the value was as expected, as `compare_exchange_weak` may: try again in a \
                     loop, or use `compare_exchange`"
                }
                _ => continue,
            };
            why.mark(self.row(index));
            why.say(format!("{} {sentence}.", self.named(index)));
        }
    }

    /// A write that falls between a load and the store that was computed from it.
    fn lost_updates(&self, why: &mut Why) {
        for (store, step) in self.steps.iter().enumerate() {
            if step.op != Op::Store {
                continue;
            }
            let same = |other: usize| self.steps[other].object == step.object;
            let load = (0..store)
                .rev()
                .find(|&other| same(other) && self.steps[other].thread == step.thread);
            let Some(load) = load.filter(|&load| self.steps[load].op == Op::Load) else {
                continue;
            };
            let between = (load + 1..store).find(|&other| {
                same(other)
                    && self.steps[other].thread != step.thread
                    && self.steps[other].is_atomic()
                    && self.steps[other].writes()
            });
            let Some(between) = between else { continue };
            for row in [load, between, store] {
                why.mark(self.row(row));
            }
            why.say(format!(
                "{} writes `{}` between the load in row {} and the store in row {}, which overwrites it. One \
                 read-modify-write (such as `fetch_add` or `compare_exchange`) leaves no gap.",
                self.named(between),
                self.names.object(step.object),
                self.row(load),
                self.row(store),
            ));
        }
    }

    fn stale_reads(&self, why: &mut Why) {
        for (read, newer) in self.graph.stale.iter().enumerate() {
            let Some(newer) = *newer else { continue };
            let step = &self.steps[read];
            if step.read == self.steps[newer].wrote || self.steps[newer].thread == step.thread {
                continue;
            }
            why.mark(self.row(read));
            why.mark(self.row(newer));
            let object = self.names.object(step.object);
            why.say(format!(
                "row {} read an old value of `{object}`: nothing orders row {}, which wrote {}, before it.",
                self.row(read),
                self.row(newer),
                self.names.value(self.steps[newer].wrote),
            ));
            match self.graph.missing_between(newer, read) {
                Some(missing) => self.missing(&missing, why),
                None => self.store_buffering(read, why),
            }
        }
    }

    /// The reader stored something else before it read.
    fn store_buffering(&self, read: usize, why: &mut Why) {
        let step = &self.steps[read];
        let store = (0..read).rev().find(|&other| {
            let other = &self.steps[other];
            other.thread == step.thread && other.op == Op::Store && other.object != step.object
        });
        if let Some(store) = store {
            why.say(format!(
                "rows {} and {} may change places: only SeqCst, on both sides, keeps a store before a later \
                 load of another variable.",
                self.row(store),
                self.row(read)
            ));
        }
    }
}
