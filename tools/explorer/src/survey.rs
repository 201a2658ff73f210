//! All states, breadth first and without any reduction: where circles are looked for.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::op::Tid;
use crate::program::{Arrived, Program};
use crate::state::State;
use crate::trail::{Came, Trail};
use crate::ways::Way;

/// The most states of a survey.
pub(crate) const MOST: usize = 200_000;

/// A state that was come to.
#[derive(Default)]
pub(crate) struct Seen {
    /// Where steps lead that others will take in the end: not for no reason, and not with an old value.
    pub(crate) edges: Vec<(Tid, Way, usize)>,
    /// Bit t: thread t can go on.
    pub(crate) enabled: u64,
}

impl Seen {
    /// As it is if that thread takes no step any more.
    pub(crate) fn without(&self, stopped: Tid) -> Self {
        let edges = self.edges.iter().filter(|&&(t, ..)| t != stopped);
        Self {
            edges: edges.copied().collect(),
            enabled: self.enabled & !(1 << stopped),
        }
    }
}

#[derive(Default)]
pub(crate) struct Survey {
    pub(crate) states: Vec<Seen>,
    pub(crate) trail: Trail,
    known: FxHashMap<Box<[u8]>, usize>,
    queue: VecDeque<(usize, State)>,
}

/// Why not all states were surveyed.
pub(crate) enum Cut {
    /// There are too many.
    TooMany,
    /// More has to be remembered of the program than was. Another survey will do that.
    SomethingNew,
}

impl Survey {
    /// Surveys all states, if they are not more than that.
    pub(crate) fn run(&mut self, program: &mut Program, most_states: usize) -> Result<(), Cut> {
        let first = program.start();
        self.come_to(first, None);
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
            let mut path = self.trail.path_to(at);
            let before = path.len();
            for (t, way) in ways {
                path.truncate(before);
                match program.go(state.clone(), t, way, &mut path) {
                    Arrived::At(next) => {
                        let is_fair = state.is_fair(t, way);
                        let came = Came {
                            from: at,
                            thread: t,
                            way,
                            told: path.get(before).copied(),
                        };
                        let next = self.come_to(next, Some(came));
                        if is_fair {
                            self.states[at].edges.push((t, way, next));
                        }
                    }
                    Arrived::Failed(..) | Arrived::Nowhere => {}
                    Arrived::AtSomethingNew => return Err(Cut::SomethingNew),
                    Arrived::AtLimit(_) => return Err(Cut::TooMany),
                }
            }
            if self.states.len() > most_states {
                return Err(Cut::TooMany);
            }
        }
        Ok(())
    }

    fn come_to(&mut self, state: State, came: Option<Came>) -> usize {
        match self.known.entry(state.key()) {
            Entry::Occupied(it) => *it.get(),
            Entry::Vacant(it) => {
                let at = *it.insert(self.states.len());
                self.states.push(Seen::default());
                self.trail.push(came);
                self.queue.push_back((at, state));
                at
            }
        }
    }
}

impl State {
    /// Whether a step is one that has to happen in the end if nothing else does: it sees and leaves the newest value, and
    /// has a reason.
    fn is_fair(&self, t: Tid, way: Way) -> bool {
        way == Way::TimesOut || self.is_plain(t, way) && !self.is_by_chance(t, way)
    }
}
