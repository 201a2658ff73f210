//! A livelock: which threads go round and round, and which of them never says that it waits.

use std::collections::BTreeSet;

use super::{Evidence, Why};
use crate::step::{Op, Step};

impl Evidence<'_> {
    pub(super) fn livelock(&self, why: &mut Why) {
        // The steps at the end, by thread: which of them spin, and which forgot to say so?
        let tail = &self.steps[self.steps.len().saturating_sub(60)..];
        let threads: BTreeSet<usize> = tail.iter().map(|step| step.thread).collect();
        for thread in threads {
            let own = || tail.iter().filter(move |step| step.thread == thread);
            let says_so = own().any(|step| matches!(step.op, Op::Spin | Op::Woken(_)));
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
            why.say(match says_so {
                true => format!(
                    "T{thread} goes round and round at row {row}, waiting for `{object}` to change."
                ),
                false => format!(
                    "T{thread} does row {row} again and again and never says that it waits. If it is a waiting \
                     loop, call `hint::spin_loop()` or `thread::yield_now()` in it, from `crate::sync`."
                ),
            });
        }
    }
}
