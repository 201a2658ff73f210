//! Sleep sets (Godefroid, *Partial-order methods for the verification of concurrent systems*, 1996): of two steps whose
//! order makes no difference, only one order is explored.

use crate::history::History;
use crate::op::Tid;
use crate::state::{Phase, State};
use crate::ways::Way;

/// Of each thread, the ways of its next step that are meant: bit k for reading the store at index k, all bits for a step
/// that reads none. Threads beyond the end have the same as the rest.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Ways(Vec<u64>);

impl Ways {
    /// The sleep sets of a state.
    pub(crate) fn asleep(state: &State) -> Self {
        let sets = state
            .threads
            .iter()
            .map(|thread| thread.as_ref().map_or(0, |it| it.passed));
        let mut sets: Vec<u64> = sets.collect();
        while sets.last() == Some(&0) {
            sets.pop();
        }
        Self(sets)
    }

    pub(crate) fn of(&self, t: Tid) -> u64 {
        self.0.get(t).copied().unwrap_or(0)
    }

    /// Whether all of these are among the others.
    pub(crate) fn are_within(&self, others: &Ways) -> bool {
        self.0
            .iter()
            .enumerate()
            .all(|(t, &ways)| ways & !others.of(t) == 0)
    }

    /// Those that the others lack.
    pub(crate) fn without(&self, others: &Ways) -> Ways {
        Ways(
            self.0
                .iter()
                .enumerate()
                .map(|(t, &ways)| ways & !others.of(t))
                .collect(),
        )
    }

    /// Those that the others have, too.
    pub(crate) fn shared(&self, others: &Ways) -> Ways {
        Ways(
            self.0
                .iter()
                .enumerate()
                .map(|(t, &ways)| ways & others.of(t))
                .collect(),
        )
    }
}

/// The bit of a way.
pub(crate) fn bit(way: Way) -> u64 {
    match way {
        Way::Reads(k) | Way::Fails(k) => 1u64.checked_shl(k as u32).unwrap_or(0),
        _ => u64::MAX,
    }
}

impl State {
    /// Puts to sleep what is explored from here before `t` goes, and wakes what depends on the step that `t` is about to
    /// take. `earlier` says which threads have gone before; `only`, which of their ways are meant, if not all.
    pub(crate) fn fall_asleep_before(
        &mut self,
        t: Tid,
        earlier: u64,
        only: Option<&Ways>,
        history: &History,
    ) {
        let order = self.uses.seq_cst_order();
        let mine = self.thread(t).op.touches(t, order);
        for u in 0..self.threads.len() {
            if u == t || self.threads[u].is_none() {
                continue;
            }
            let theirs = self.thread(u).op;
            let touches = theirs.touches(u, order);
            if earlier & 1 << u != 0 && (theirs.reads().is_some() || touches[0].is_some()) {
                let bits = self
                    .ways(u, history)
                    .into_iter()
                    .fold(0, |bits, way| bits | bit(way));
                let meant = only.map_or(u64::MAX, |only| only.of(u));
                self.thread_mut(u).passed |= bits & meant;
            }
            let depends = mine
                .iter()
                .flatten()
                .any(|thing| touches.contains(&Some(*thing)));
            let thread = self.thread_mut(u);
            if depends || thread.phase == Phase::Done {
                thread.passed = 0;
            }
        }
    }
}
