//! Which ways a thread's next step may go, and when it may as well go at once.

use crate::history::History;
use crate::op::{Hold, Op, Tid};
use crate::state::{Phase, State};
use crate::uses::bit;
use crate::wait::Look;

/// One way to take a step.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Way {
    /// There is no other.
    Only,
    /// Reads the store with this index.
    Reads(usize),
    /// Reads it, and fails: a compare-exchange.
    Fails(usize),
    /// Becomes the store with this index.
    Put(usize),
    /// Wakes that thread.
    Wakes(usize),
    /// Time is up.
    TimesOut,
    /// Wakes up for no reason.
    Spurious,
}

impl State {
    /// The ways of `t`'s next step; none if it is blocked.
    pub(crate) fn ways(&self, t: Tid, history: &History) -> Vec<Way> {
        let mut ways = self.all_ways(t, history);
        if self
            .uses
            .wakes
            .is_some_and(|wakes| self.thread(t).wakes >= wakes)
        {
            ways.retain(|&way| way != Way::Spurious);
        }
        ways
    }

    fn all_ways(&self, t: Tid, history: &History) -> Vec<Way> {
        let thread = self.thread(t);
        let only = |yes: bool| if yes { vec![Way::Only] } else { Vec::new() };
        let waits = self.is_waiting(t, history);
        let by_luck = |way: Way| if waits { Vec::new() } else { vec![way] };
        // Where states are not merged, there would be no end of it.
        let wait = history.wait(thread.node).filter(|_| !history.is_by_path());
        let is_exposed = wait.is_some_and(|wait| wait.exposed);
        match thread.op {
            _ if thread.phase == Phase::Done => Vec::new(),
            Op::Load { x, .. } if !waits => {
                self.readable(t, x).map(|(k, _)| Way::Reads(k)).collect()
            }
            Op::Load { .. } => Vec::new(),
            Op::Store { x, .. } => self.places(t, x).map(Way::Put).collect(),
            Op::Rmw { x, .. } => {
                let free = self.readable(t, x).filter(|(_, store)| !store.followed);
                free.map(|(k, _)| Way::Reads(k)).collect()
            }
            Op::Cas { x, old, weak, .. } => {
                let mut ways = Vec::new();
                for (k, store) in self.readable(t, x) {
                    if store.val == old && !store.followed {
                        ways.push(Way::Reads(k));
                    }
                    if !waits && (store.val != old || weak) {
                        ways.push(Way::Fails(k));
                    }
                }
                ways
            }
            Op::Lock { m, hold } => only(!waits && self.locks[m].is_free(hold)),
            Op::TryLock { m, hold } => only(!waits || self.locks[m].is_free(hold)),
            Op::Wait { m, timed, .. } => match thread.phase {
                Phase::Asleep if timed => {
                    let polls = history.wait(thread.node).is_some_and(|wait| wait.times_out);
                    let times_out = Some(Way::TimesOut).filter(|_| !(waits && polls));
                    let mut ways: Vec<Way> = times_out.into_iter().collect();
                    ways.extend(by_luck(Way::Spurious));
                    ways
                }
                Phase::Asleep if is_exposed => vec![Way::Spurious],
                Phase::Asleep => by_luck(Way::Spurious),
                Phase::Woken { .. } => only(self.locks[m].is_free(Hold::Exclusive)),
                Phase::Ready | Phase::Done => vec![Way::Only],
            },
            Op::NotifyOne { v } => match self.sleepers(v) {
                nobody if nobody.is_empty() => vec![Way::Only],
                sleepers => sleepers.into_iter().map(Way::Wakes).collect(),
            },
            Op::Join(u) => {
                let other = self.threads[u].as_ref();
                only(other.is_some_and(|other| other.phase == Phase::Done))
            }
            Op::Park { .. } if thread.token.is_some() => vec![Way::Only],
            Op::Park { timed } => by_luck(if timed { Way::TimesOut } else { Way::Spurious }),
            Op::Pause | Op::RefCount { .. } => only(!waits),
            Op::Panic(_) => Vec::new(),
            _ => vec![Way::Only],
        }
    }

    /// Whether `t` goes round and sees nothing new.
    pub(crate) fn is_waiting(&self, t: Tid, history: &History) -> bool {
        let wait = history.wait(self.thread(t).node);
        let looks = wait.and_then(|wait| wait.looks(self.uses));
        looks.is_some_and(|looks| !looks.iter().any(|&look| self.is_news(t, look)))
    }

    fn is_news(&self, t: Tid, look: Look) -> bool {
        match look {
            Look::Atomic { x, val } => self.readable(t, x).any(|(_, store)| store.val != val),
            Look::Update { x, val } => self
                .readable(t, x)
                .any(|(_, store)| store.val != val && !store.followed),
            Look::Exchange { x, val, old } => self
                .readable(t, x)
                .any(|(_, store)| store.val != val && !(store.val == old && store.followed)),
            Look::Held { m, hold } => self.locks[m].is_free(hold),
            Look::Inside { m, content } => self.locks[m].content != content,
            Look::Cell { c, content } => self.cells[c].content != content,
            Look::Count { r, val } => u64::from(self.refs[r].count) != val,
            Look::Luck => true,
        }
    }

    /// Whether whenever it is taken, the rest stays the same. A store is such a step, because it may still come before
    /// stores that were made earlier. A thread before such a step goes alone, in all its ways.
    pub(crate) fn is_local(&self, t: Tid) -> bool {
        match self.thread(t).op {
            Op::Start
            | Op::Spawn(_)
            | Op::Join(_)
            | Op::Read { .. }
            | Op::Write { .. }
            | Op::Free { .. }
            | Op::Fence(_)
            | Op::Pause
            | Op::Done { .. } => true,
            Op::Store { .. } => !self.uses.seq_cst_order(),
            Op::Unlock { m, .. } => self.uses.tried & bit(m) == 0,
            Op::Ref { r } => self.uses.counted & bit(r) == 0,
            _ => false,
        }
    }
}
