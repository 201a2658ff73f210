//! A livelock: which threads go round and round.

use std::collections::BTreeSet;

use super::{Evidence, Why};
use crate::step::{Op, Step};

impl Evidence<'_> {
    pub(super) fn livelock(&self, why: &mut Why) {
        // The steps at the end, by thread.
        let tail = &self.steps[self.steps.len().saturating_sub(60)..];
        let threads: BTreeSet<usize> = tail.iter().map(|step| step.thread).collect();
        let has_ended = |thread: &usize| {
            let end = |step: &Step| step.op == Op::End && step.thread == *thread;
            self.steps.iter().any(end)
        };
        for thread in threads.into_iter().filter(|thread| !has_ended(thread)) {
            let own = || tail.iter().filter(move |step| step.thread == thread);
            let looks = |step: &&Step| !matches!(step.op, Op::Spin | Op::Unlock(_));
            let Some(step) = own().rfind(looks) else {
                continue;
            };
            let first = self.steps.iter().position(|other| {
                (other.thread, other.op, other.site, other.read)
                    == (step.thread, step.op, step.site, step.read)
            });
            let row = first.map_or(0, |first| self.row(first));
            why.mark(row);
            let object = self.names.object(step.object);
            why.say(format!(
                "T{thread} goes round and round at row {row}, waiting for `{object}` to change."
            ));
        }
    }
}
