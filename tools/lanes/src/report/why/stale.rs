//! Memory that reorders: who reads an old value, what is newer, and which edge would show it.

use std::ops::Range;
use std::sync::atomic::Ordering;

use super::{Evidence, Why};
use crate::report::graph::releases;
use crate::step::Op;

/// Two threads that each write one variable and then read the other's.
struct Crossed {
    /// Of each thread: its write, and its read.
    sides: [(usize, usize); 2],
}

impl Evidence<'_> {
    /// A memory-ordering effect: which steps are to blame for it?
    pub(super) fn reordered(&self, why: &mut Why) {
        why.say("no interleaving fails: only a machine that reorders memory accesses shows it.");
        self.stale(why);
    }

    /// Reads of old values, and stores that are put before others.
    pub(super) fn stale(&self, why: &mut Why) {
        // The second of two threads that miss each other needs no sentence of its own.
        let mut said: Vec<usize> = Vec::new();
        for index in 0..self.steps.len() {
            if let Some(newer) = self.graph.stale[index] {
                if said.contains(&index) {
                    continue;
                }
                self.old_value(index, newer, why);
                said.extend(self.say_cause(index, newer, why));
            }
            if let Some(newer) = self.graph.behind[index] {
                self.put_before(index, newer, why);
            }
        }
    }

    fn old_value(&self, read: usize, newer: usize, why: &mut Why) {
        why.mark(self.row(read));
        why.mark(self.row(newer));
        why.say(format!(
            "row {} reads an old value of `{}`: nothing orders row {}, which has written {}, before it.",
            self.row(read),
            self.names.object(self.steps[read].object),
            self.row(newer),
            self.names.value(self.steps[newer].wrote),
        ));
    }

    fn put_before(&self, store: usize, newer: usize, why: &mut Why) {
        why.mark(self.row(store));
        why.mark(self.row(newer));
        why.say(format!(
            "row {} writes `{}`, and its value is older than that of row {}: nothing orders row {} before it, so that is the \
             value that stays.",
            self.row(store),
            self.names.object(self.steps[store].object),
            self.row(newer),
            self.row(newer),
        ));
    }

    /// Why `read` may miss `newer`. Returns reads that this explains, too.
    fn say_cause(&self, read: usize, newer: usize, why: &mut Why) -> Option<usize> {
        if let Some(missing) = self.graph.missing_between(newer, read) {
            self.missing(&missing, why);
            return None;
        }
        if self.stored_over(read, newer, why) {
            return None;
        }
        if let Some(crossed) = self.crossed(read, newer) {
            self.store_buffering(&crossed, why);
            return Some(crossed.sides[1].1);
        }
        let (reader, writer) = (self.steps[read].thread, self.steps[newer].thread);
        why.say(format!(
            "Before row {}, T{reader} reads nothing that T{writer} has written since row {}: so it need not know.",
            self.row(read),
            self.row(newer),
        ));
        None
    }

    /// The reader has stored over what would have told it.
    fn stored_over(&self, read: usize, newer: usize, why: &mut Why) -> bool {
        let thread = self.steps[read].thread;
        let told = |&store: &usize| {
            let before = self.graph.store_before(store)?;
            let step = &self.steps[before];
            let tells = step.thread != thread && self.graph.is_ordered(newer, before);
            (tells && releases(step.order)).then_some((store, before))
        };
        let stores = self.own(thread, 0..read).rev();
        let mut stores = stores.filter(|&it| self.steps[it].op == Op::Store);
        let Some((store, before)) = stores.find_map(|store| told(&store)) else {
            return false;
        };
        why.mark(self.row(store));
        why.mark(self.row(before));
        why.say(format!(
            "row {} stores over what row {} has published in `{}`, without reading it: a `swap` or `compare_exchange` with \
             Acquire there would receive it.",
            self.row(store),
            self.row(before),
            self.names.object(self.steps[store].object),
        ));
        true
    }

    /// The other side of store buffering: its thread has written what `read` misses, and misses what this one has written
    /// before.
    fn crossed(&self, read: usize, newer: usize) -> Option<Crossed> {
        let (mine, other) = (self.steps[read].thread, self.steps[newer].thread);
        let end = self.steps.len();
        let reads: Vec<usize> = self
            .own(other, newer + 1..end)
            .filter(|&it| self.steps[it].read_at.is_some())
            .collect();
        let writes = self.own(mine, 0..read).rev();
        for write in writes.filter(|&it| self.steps[it].wrote_at.is_some()) {
            let step = &self.steps[write];
            let misses = |&&it: &&usize| {
                self.steps[it].object == step.object && self.steps[it].read_at < step.wrote_at
            };
            if step.object == self.steps[read].object {
                continue;
            }
            if let Some(&missed) = reads.iter().find(misses) {
                return Some(Crossed {
                    sides: [(write, read), (newer, missed)],
                });
            }
        }
        None
    }

    fn store_buffering(&self, crossed: &Crossed, why: &mut Why) {
        for &(write, read) in &crossed.sides {
            why.mark(self.row(write));
            why.mark(self.row(read));
        }
        let side = |(write, read): (usize, usize)| {
            let fence = self.seq_cst_fence(write, read);
            let between = match fence {
                Some(fence) => {
                    format!("with a SeqCst fence in between, row {}", self.row(fence))
                }
                None if self.is_seq_cst(write) && self.is_seq_cst(read) => {
                    String::from("both SeqCst, with no fence in between")
                }
                None => String::from("with no SeqCst fence in between"),
            };
            format!(
                "T{} writes `{}` in row {} and then reads `{}` in row {}, {between}",
                self.steps[write].thread,
                self.names.object(self.steps[write].object),
                self.row(write),
                self.names.object(self.steps[read].object),
                self.row(read),
            )
        };
        why.say(format!(
            "{}; {}. A read may overtake the write before it, and neither sees the other's (store buffering): it takes \
             `fence(SeqCst)` between the two on both sides, or SeqCst for all four.",
            side(crossed.sides[0]),
            side(crossed.sides[1]),
        ));
    }

    fn seq_cst_fence(&self, write: usize, read: usize) -> Option<usize> {
        let thread = self.steps[write].thread;
        let range = write.min(read)..write.max(read);
        self.own(thread, range).find(|&it| {
            let step = &self.steps[it];
            step.op == Op::Fence && step.order == Some(Ordering::SeqCst)
        })
    }

    fn is_seq_cst(&self, index: usize) -> bool {
        self.steps[index].effective_order() == Some(Ordering::SeqCst)
    }

    /// The steps of a thread in that range.
    pub(super) fn own(
        &self,
        thread: usize,
        range: Range<usize>,
    ) -> impl DoubleEndedIterator<Item = usize> + '_ {
        range.filter(move |&index| self.steps[index].thread == thread)
    }
}
