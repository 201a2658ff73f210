//! Steps in words.

use std::fmt;

use crate::op::Tid;
use crate::run::Surprise;
use crate::state::State;
use crate::ways::Way;

impl State {
    /// What `t` is about to do, in this way.
    pub(crate) fn words(&self, t: Tid, way: Way) -> String {
        let op = self.thread(t).op;
        let seen = |k: usize| op.reads().map(|(x, _)| self.atomics[x].stores[k].val);
        match way {
            Way::Only => format!("{op:?}"),
            Way::Reads(k) => format!("{op:?} sees {}", seen(k).unwrap_or_default()),
            Way::Fails(k) => format!("{op:?} sees {} and fails", seen(k).unwrap_or_default()),
            Way::Put(_) => format!("{op:?}"),
            Way::Wakes(u) => format!("{op:?} wakes T{u}"),
            Way::TimesOut => format!("{op:?} times out"),
            Way::Spurious => format!("{op:?} ends for no reason"),
        }
    }
}

impl fmt::Display for Surprise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Surprise {
            thread,
            before,
            now,
        } = self;
        write!(
            f,
            "T{thread} was told the same as before, and did {:?} where it had done {:?}",
            now.op, before.op
        )?;
        if now.op == before.op {
            write!(
                f,
                ", but made or wrote something else before: {:?}, not {:?}",
                now.effects, before.effects
            )?;
        }
        f.write_str(
            "; a clock, a random number, an address or a static is no part of what it is told",
        )
    }
}
