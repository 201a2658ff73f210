//! The shortest way to a failure: with as few surprises as there can be, and of those with as few steps.
//!
//! A surprise is a thread that is interrupted though it could go on, something that happens for no reason, or, if there is
//! no other way, an old value. So a failure of which an ordinary interleaving is enough is shown as one.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::failure::{Kind, Memory};
use crate::history::History;
use crate::op::{Op, Tid};
use crate::program::{Arrived, Program};
use crate::state::State;
use crate::trail::{Came, Trail};
use crate::watch::Watch;
use crate::ways::Way;

/// How far each of the two searches may go.
#[derive(Clone, Copy)]
pub(crate) struct Most {
    pub(crate) states: usize,
    /// How often the program may be started.
    pub(crate) runs: usize,
}

/// What can be looked at in a second or two.
pub(crate) const MOST: Most = Most {
    states: 60_000,
    runs: usize::MAX,
};
/// Where SeqCst is mixed with weaker accesses, each step of a search takes much longer, most of all if old stores are read.
const MOST_WITH_GRAPHS: usize = 3_000;
/// How often a search may start the program if all its paths lead to different states.
const MOST_RUNS_BY_PATH: usize = 10_000;

/// A failure, and the way to it.
pub(crate) struct Shortest {
    pub(crate) ways: Vec<(Tid, Way)>,
    pub(crate) kind: Kind,
    pub(crate) message: String,
    pub(crate) memory: Memory,
}

/// The shortest way to a failure of that kind, or of any. None if there are too many states to tell.
pub(crate) fn find(
    program: &mut Program,
    wanted: Option<Kind>,
    most: Most,
    watch: &dyn Watch,
) -> Option<Shortest> {
    loop {
        let (found, memory) = interleaving(program, wanted, most, watch);
        if found.is_some() {
            return found;
        }
        let mut all = Search::new(wanted, most.of(program, false), false, watch);
        all.memory = memory;
        let found = all.run(program);
        if found.is_some() || !all.is_lost {
            return found;
        }
    }
}

/// What it takes for a failure in which a load sees an old store: whether an interleaving fails, too.
pub(crate) fn memory(program: &mut Program, watch: &dyn Watch) -> Memory {
    match interleaving(program, None, MOST, watch) {
        (Some(_), _) => Memory::Unknown,
        (None, memory) => memory,
    }
}

/// The shortest interleaving that fails; and if there is none, what that says of other failures.
///
/// It goes where the search in depth has not been, and may learn there that more has to be remembered. Then it starts again:
/// what is to be remembered only grows.
fn interleaving(
    program: &mut Program,
    wanted: Option<Kind>,
    most: Most,
    watch: &dyn Watch,
) -> (Option<Shortest>, Memory) {
    loop {
        let mut plain = Search::new(wanted, most.of(program, true), true, watch);
        let found = plain.run(program);
        if found.is_none() && plain.is_lost {
            continue;
        }
        let memory = match plain.is_cut_off {
            true => Memory::Unknown,
            false => Memory::Weak,
        };
        return (found, memory);
    }
}

impl Most {
    /// As far as is sensible with that program.
    fn of(self, program: &Program, plain: bool) -> Self {
        let with_graphs = match plain {
            true => 3 * MOST_WITH_GRAPHS,
            false => MOST_WITH_GRAPHS,
        };
        Self {
            states: match program.uses.seq_cst_graph() {
                true => self.states.min(with_graphs),
                false => self.states,
            },
            runs: match program.history.is_by_path() {
                true => self.runs.min(MOST_RUNS_BY_PATH),
                false => self.runs,
            },
        }
    }
}

struct Search<'a> {
    watch: &'a dyn Watch,
    wanted: Option<Kind>,
    most: Most,
    /// Only loads that see the newest store, and stores that become it.
    plain: bool,
    memory: Memory,
    trail: Trail,
    known: FxHashSet<(Box<[u8]>, Tid)>,
    /// By the number of surprises: what is to be looked at.
    queues: Vec<VecDeque<(usize, State)>>,
    is_cut_off: bool,
    /// More has to be remembered of the program than was: what is known of these states is not true any more.
    is_lost: bool,
}

impl<'a> Search<'a> {
    fn new(wanted: Option<Kind>, most: Most, plain: bool, watch: &'a dyn Watch) -> Self {
        Self {
            watch,
            wanted,
            most,
            plain,
            memory: Memory::Interleaving,
            trail: Trail::default(),
            known: FxHashSet::default(),
            queues: Vec::new(),
            is_cut_off: false,
            is_lost: false,
        }
    }

    fn run(&mut self, program: &mut Program) -> Option<Shortest> {
        let runs = program.runner.runs;
        let first = program.start();
        self.push(0, first, None);
        let mut surprises = 0;
        while surprises < self.queues.len() {
            let Some((at, state)) = self.queues[surprises].pop_front() else {
                surprises += 1;
                continue;
            };
            let last = self.trail.came(at).map_or(0, |came| came.thread);
            if !self.known.insert((state.key(), last)) {
                continue;
            }
            if let Some(found) = self.leave(program, (at, &state), last, surprises) {
                return Some(found);
            }
            let runs = program.runner.runs - runs;
            let is_enough = self.trail.len() > self.most.states || runs > self.most.runs;
            self.is_cut_off |= is_enough;
            if is_enough || self.is_lost {
                return None;
            }
        }
        None
    }

    /// Looks at a state, and at all that it leads to.
    fn leave(
        &mut self,
        program: &mut Program,
        (at, state): (usize, &State),
        last: Tid,
        surprises: usize,
    ) -> Option<Shortest> {
        let is_alive = |t: Tid| state.threads.get(t).is_some_and(Option::is_some);
        if !(0..state.threads.len()).any(|t| is_alive(t) && state.goes_on(t, &program.history)) {
            let faults = state.faults_at_end(&program.history);
            let mut faults = faults.into_iter().filter(|&(kind, _)| self.is_wanted(kind));
            let (kind, message) = faults.next()?;
            let ways = self.trail.way_to(at);
            return Some(Shortest {
                ways,
                kind,
                message,
                memory: self.memory,
            });
        }
        let is_interrupted = state.would_go_on(last, &program.history);
        let mut path = self.trail.path_to(at);
        let before = path.len();
        for t in 0..state.threads.len() {
            if !is_alive(t) {
                continue;
            }
            for way in state.ways(t, &program.history) {
                let is_plain = state.is_plain(t, way);
                if self.plain && !is_plain {
                    continue;
                }
                let cost = usize::from(t != last && is_interrupted)
                    + usize::from(!is_plain)
                    + usize::from(state.is_by_chance(t, way));
                path.truncate(before);
                self.watch.pulse();
                match program.go(state.clone(), t, way, &mut path) {
                    Arrived::At(next) => {
                        let came = Came {
                            from: at,
                            thread: t,
                            way,
                            told: path.get(before).copied(),
                        };
                        self.push(surprises + cost, next, Some(came));
                    }
                    Arrived::Failed(kind, message) if self.is_wanted(kind) => {
                        let mut ways = self.trail.way_to(at);
                        ways.push((t, way));
                        return Some(Shortest {
                            ways,
                            kind,
                            message,
                            memory: self.memory,
                        });
                    }
                    Arrived::Failed(..) | Arrived::Nowhere => {}
                    Arrived::AtSomethingNew => {
                        self.is_lost = true;
                        return None;
                    }
                    Arrived::AtLimit(_) => self.is_cut_off = true,
                }
            }
        }
        None
    }

    fn is_wanted(&self, kind: Kind) -> bool {
        self.wanted.is_none_or(|wanted| wanted == kind)
    }

    fn push(&mut self, surprises: usize, state: State, came: Option<Came>) {
        if self.queues.len() <= surprises {
            self.queues.resize_with(surprises + 1, VecDeque::new);
        }
        self.queues[surprises].push_back((self.trail.len(), state));
        self.trail.push(came);
    }
}

impl State {
    /// Whether a step of another thread would interrupt this one. One that says that it waits gives way by itself.
    pub(crate) fn would_go_on(&self, t: Tid, history: &History) -> bool {
        let is_alive = self.threads.get(t).is_some_and(Option::is_some);
        is_alive && self.thread(t).op != Op::Pause && self.goes_on(t, history)
    }

    /// Whether it sees, and leaves, the newest store.
    pub(crate) fn is_plain(&self, t: Tid, way: Way) -> bool {
        let op = self.thread(t).op;
        let newest = |x: usize| self.atomics[x].stores.len() - 1;
        match (op, way) {
            (Op::Store { x, .. }, Way::Put(k)) => k == newest(x) + 1,
            (op, Way::Reads(k) | Way::Fails(k)) => op.reads().is_none_or(|(x, _)| k == newest(x)),
            _ => true,
        }
    }

    /// Whether it goes that way for no reason, or because time is up.
    pub(crate) fn is_by_chance(&self, t: Tid, way: Way) -> bool {
        match (self.thread(t).op, way) {
            (_, Way::Spurious | Way::TimesOut) => true,
            (Op::Cas { x, old, .. }, Way::Fails(k)) => self.atomics[x].stores[k].val == old,
            _ => false,
        }
    }
}
