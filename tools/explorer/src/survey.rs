//! All states, breadth first and without any reduction: where circles are looked for.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::op::Tid;
use crate::program::{Arrived, Program};
use crate::run::Told;
use crate::state::State;
use crate::ways::Way;

/// The most states of a survey.
const MOST: usize = 200_000;

/// A state that was come to.
#[derive(Default)]
pub(crate) struct Seen {
    /// From where, and how.
    from: Option<(usize, Tid, Way)>,
    told: Option<Told>,
    /// Where steps lead that others will take in the end: not for no reason, and not with an old value.
    pub(crate) edges: Vec<(Tid, Way, usize)>,
    /// Bit t: thread t can go on.
    pub(crate) enabled: u64,
}

#[derive(Default)]
pub(crate) struct Survey {
    pub(crate) states: Vec<Seen>,
    known: FxHashMap<Box<[u8]>, usize>,
    queue: VecDeque<(usize, State)>,
}

impl Survey {
    /// Surveys all states. Whether that was possible: there may be too many.
    pub(crate) fn run(&mut self, program: &mut Program) -> bool {
        let first = program.start();
        self.come_to(first, None, None);
        while let Some((at, state)) = self.queue.pop_front() {
            let ways: Vec<(Tid, Way)> = (0..state.threads.len())
                .filter(|&t| state.threads[t].is_some())
                .flat_map(|t| {
                    let ways = state.ways(t, &program.history);
                    ways.into_iter().map(move |way| (t, way))
                })
                .collect();
            let goes_on = |&&(_, way): &&(Tid, Way)| way != Way::Spurious;
            self.states[at].enabled = ways
                .iter()
                .filter(goes_on)
                .fold(0, |all, &(t, _)| all | 1 << t);
            for (t, way) in ways {
                let mut path = self.path_to(at);
                let before = path.len();
                match program.go(state.clone(), t, way, &mut path) {
                    Arrived::At(next) => {
                        let is_fair = state.is_fair(t, way);
                        let told = path.get(before).copied();
                        let next = self.come_to(next, Some((at, t, way)), told);
                        if is_fair {
                            self.states[at].edges.push((t, way, next));
                        }
                    }
                    Arrived::Failed(..) | Arrived::Nowhere => {}
                    Arrived::AtSomethingNew | Arrived::AtLimit(_) => return false,
                }
            }
            if self.states.len() > MOST {
                return false;
            }
        }
        true
    }

    fn come_to(
        &mut self,
        state: State,
        from: Option<(usize, Tid, Way)>,
        told: Option<Told>,
    ) -> usize {
        match self.known.entry(state.key()) {
            Entry::Occupied(it) => *it.get(),
            Entry::Vacant(it) => {
                let at = *it.insert(self.states.len());
                self.states.push(Seen {
                    from,
                    told,
                    ..Seen::default()
                });
                self.queue.push_back((at, state));
                at
            }
        }
    }

    fn back_from(&self, at: usize) -> impl Iterator<Item = &Seen> {
        let before = |seen: &&Seen| Some(&self.states[seen.from?.0]);
        std::iter::successors(Some(&self.states[at]), move |seen| before(seen))
    }

    /// The steps that lead to a state.
    pub(crate) fn way_to(&self, at: usize) -> Vec<(Tid, Way)> {
        let back = self.back_from(at).filter_map(|seen| seen.from);
        let mut ways: Vec<_> = back.map(|(_, t, way)| (t, way)).collect();
        ways.reverse();
        ways
    }

    fn path_to(&self, at: usize) -> Vec<Told> {
        let mut path: Vec<Told> = self.back_from(at).filter_map(|seen| seen.told).collect();
        path.reverse();
        path
    }
}

impl State {
    /// Whether a step is one that has to happen in the end if nothing else does: it sees and leaves the newest value, and
    /// has a reason.
    fn is_fair(&self, t: Tid, way: Way) -> bool {
        way == Way::TimesOut || self.is_plain(t, way) && !self.is_by_chance(t, way)
    }
}
