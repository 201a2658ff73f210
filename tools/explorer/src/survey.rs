//! All states, breadth first and without any reduction: where the shortest way to a failure and circles are looked for.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::failure::{Kind, Step};
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
    pub(crate) edges: Vec<(Tid, usize)>,
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
    /// Surveys all states, or up to the first failure of the kind that is wanted. The way to it, if there is one.
    ///
    /// None if there are too many.
    pub(crate) fn run(
        &mut self,
        program: &mut Program,
        wanted: Option<Kind>,
    ) -> Option<Vec<(Tid, Way)>> {
        let first = program.start();
        self.come_to(first, None, None);
        while let Some((at, state)) = self.queue.pop_front() {
            let ways: Vec<(Tid, Way)> = (0..state.threads.len())
                .filter(|&t| state.threads[t].is_some())
                .flat_map(|t| {
                    state
                        .ways(t, &program.history)
                        .into_iter()
                        .map(move |way| (t, way))
                })
                .collect();
            let goes_on = |&&(_, way): &&(Tid, Way)| way != Way::Spurious;
            self.states[at].enabled = ways
                .iter()
                .filter(goes_on)
                .fold(0, |all, &(t, _)| all | 1 << t);
            if self.states[at].enabled == 0 {
                let faults = state.faults_at_end(&program.history);
                if faults.iter().any(|&(kind, _)| Some(kind) == wanted) {
                    return Some(self.way_to(at));
                }
            }
            for (t, way) in ways {
                let mut path = self.path_to(at);
                let before = path.len();
                match program.go(state.clone(), t, way, &mut path) {
                    Arrived::At(next) => {
                        let is_fair = state.is_fair(t, way);
                        let told = path.get(before).copied();
                        let next = self.come_to(next, Some((at, t, way)), told);
                        if is_fair {
                            self.states[at].edges.push((t, next));
                        }
                    }
                    Arrived::Failed(kind, _) if Some(kind) == wanted => {
                        let mut ways = self.way_to(at);
                        ways.push((t, way));
                        return Some(ways);
                    }
                    Arrived::Failed(..) | Arrived::Nowhere => {}
                    Arrived::AtSomethingNew | Arrived::AtLimit(_) => return None,
                }
            }
            if self.states.len() > MOST {
                return None;
            }
        }
        None
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

    /// Whether all states were visited.
    pub(crate) fn is_complete(&self) -> bool {
        self.queue.is_empty()
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
        let op = self.thread(t).op;
        let newest = |x: usize| self.atomics[x].stores.len() - 1;
        match (op, way) {
            (_, Way::Spurious) => false,
            (crate::op::Op::Store { x, .. }, Way::Put(k)) => k == newest(x) + 1,
            (crate::op::Op::Cas { x, old, .. }, Way::Fails(k)) => {
                k == newest(x) && self.atomics[x].stores[k].val != old
            }
            (op, Way::Reads(k)) => op.reads().is_none_or(|(x, _)| k == newest(x)),
            _ => true,
        }
    }
}

/// What was done on the way, in words.
pub(crate) fn tell(program: &mut Program, ways: &[(Tid, Way)]) -> Vec<Step> {
    let mut state = program.start();
    let (mut path, mut steps) = (Vec::new(), Vec::new());
    for &(t, way) in ways {
        steps.push(Step {
            thread: t,
            what: state.words(t, way),
        });
        match program.go(state, t, way, &mut path) {
            Arrived::At(next) => state = next,
            _ => break,
        }
    }
    steps
}
