//! All states of a program, and all steps between them: for those who want to see where it can go, and not only where it ends.
//!
//! ```
//! use explorer::graph::{Op, graph};
//! use explorer::raw::{Atomic, Content, Update, thread};
//! use std::sync::atomic::Ordering::Relaxed;
//!
//! let found = graph(
//!     || {
//!         let (count, other) = (Atomic::new(0, u64::MAX), thread::next());
//!         thread::spawn(other, || Content::Value(0));
//!         count.update(Update::Add(1), Relaxed);
//!     },
//!     |_, _, _| true,
//! );
//! let states = found.unwrap().states;
//! let mut ends = states.iter().filter(|it| it.steps.is_empty());
//! assert!(ends.all(|end| end.atomics[0].last() == Some(&1)));
//! assert!(matches!(states[0].next(0), Some(Op::Start)));
//! ```
//!
//! Nothing is reduced: no step is taken early, and every order is there. What happens for no reason may do so again and again,
//! so that states can make circles. Only a round of a waiting loop that sees nothing new is left out, if the thread could have
//! seen something: whoever waits sees in the end what there is to be seen.
//!
//! What a thread reads in the source, and where, it is told by its facade: see [`raw::note`](crate::raw::note).

mod data;
mod snapshot;

use std::collections::VecDeque;
use std::collections::hash_map::Entry;
use std::fmt;
use std::rc::Rc;

use rustc_hash::FxHashMap;

pub use self::data::{Cell, Fault, Graph, Id, Lock, Object, Place, State, Step, Thread};
pub use crate::op::{Content, Hold, Op, Update};
pub use crate::state::Phase;
pub use crate::ways::Way;

use crate::cell::Touch;
use crate::explore::Settings;
use crate::failure::Kind;
use crate::limit::Limit;
use crate::op::Node;
use crate::program::{Arrived, Program};
use crate::run::Told;
use crate::search::Search;
use crate::state;
use crate::watch::Nobody;
use crate::world;

/// The most states of a graph.
const MOST: usize = 200_000;

/// Why there is no graph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoGraph {
    /// It would be too large.
    Limit(Limit),
    /// The program did not do the same when it was run the same way. In words.
    NotDeterministic(String),
    /// Something decides what a thread does that it is not told, such as a lock of `std`: no two states are known to be equal.
    Hidden,
}

impl fmt::Display for NoGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoGraph::Limit(limit) => write!(f, "there is no graph of it: {limit}"),
            NoGraph::NotDeterministic(what) => {
                write!(
                    f,
                    "the program did not do the same when it was run the same way: {what}"
                )
            }
            NoGraph::Hidden => {
                f.write_str("something decides what a thread does that it is not told")
            }
        }
    }
}

impl std::error::Error for NoGraph {}

/// Finds all states of `program` that it can come to by steps of which `takes` is true. It is asked about each step before
/// that is taken: in which state, whose, and which way.
///
/// It runs the program on the calling thread, many times, and blocks until all states are found.
///
/// # Errors
///
/// [`NoGraph`], if there are more than 200,000 states, or the program is none whose states can be told apart.
///
/// # Panics
///
/// Panics inside a program that is being explored.
pub fn graph(
    program: impl Fn() + 'static,
    takes: impl Fn(&State, usize, Way) -> bool,
) -> Result<Graph, NoGraph> {
    let main = move || {
        program();
        Content::Value(0)
    };
    let mut walk = Walk {
        program: learnt(Program::new(Rc::new(main), false))?,
        states: Vec::new(),
        known: FxHashMap::default(),
        queue: VecDeque::new(),
        places: FxHashMap::default(),
    };
    // If a step is taken here that no search takes, more may have to be remembered.
    while !walk.visit_all(&takes)? {}
    Ok(Graph {
        objects: snapshot::objects(),
        states: walk.states,
    })
}

/// Explores the program as usual, which tells whether its states can be told apart, and what has to be remembered of them.
fn learnt(program: Program) -> Result<Program, NoGraph> {
    let settings = Settings {
        most_states: MOST,
        ..Settings::default()
    };
    let mut search = Search::new(&settings, program, &Nobody);
    search.run();
    let Search {
        program,
        failures,
        limit,
        ..
    } = search;
    let mut failures = failures.into_iter();
    match failures.find(|it| it.kind == Kind::NotDeterministic) {
        Some(failure) => Err(NoGraph::NotDeterministic(failure.message)),
        None if program.history.is_by_path() => Err(NoGraph::Hidden),
        None => limit.map_or(Ok(program), |limit| Err(NoGraph::Limit(limit))),
    }
}

enum Went {
    To(Box<Leads>),
    /// The language forbids this step.
    Nowhere,
    /// More has to be remembered than was so far.
    Astray,
}

/// Where a step leads.
struct Leads {
    state: state::State,
    fault: Option<Fault>,
    path: Vec<Told>,
    /// Back to where the thread was, in a loop that waits, and it has seen nothing new.
    in_vain: bool,
}

struct Walk {
    program: Program,
    states: Vec<State>,
    known: FxHashMap<(Box<[u8]>, Option<Fault>), usize>,
    queue: VecDeque<(usize, state::State, Vec<Told>)>,
    /// Where the step stands that belongs to a node.
    places: FxHashMap<Node, Place>,
}

impl Walk {
    /// Whether it came to an end: if not, more has to be remembered.
    fn visit_all(&mut self, takes: &impl Fn(&State, usize, Way) -> bool) -> Result<bool, NoGraph> {
        self.states.clear();
        self.known.clear();
        self.queue.clear();
        let state = self.program.start();
        self.come_to(Leads {
            state,
            fault: None,
            path: Vec::new(),
            in_vain: false,
        });
        while let Some((at, state, path)) = self.queue.pop_front() {
            for t in (0..state.threads.len()).filter(|&t| state.threads[t].is_some()) {
                let mut ways = Vec::new();
                for way in self.ways(&state, t) {
                    if takes(&self.states[at], t, way) {
                        match self.go(&state, t, way, &path)? {
                            Went::To(leads) => ways.push((way, leads)),
                            Went::Nowhere => {}
                            Went::Astray => return Ok(false),
                        }
                    }
                }
                if ways.iter().any(|(_, leads)| !leads.in_vain) {
                    ways.retain(|(_, leads)| !leads.in_vain);
                }
                for (way, leads) in ways {
                    let to = self.come_to(*leads);
                    self.states[at].steps.push(Step { thread: t, way, to });
                }
            }
            if self.states.len() > MOST {
                return Err(NoGraph::Limit(Limit::States));
            }
        }
        Ok(true)
    }

    /// All ways of a thread's next step, and that it wakes up even if it will only fall asleep again.
    fn ways(&self, state: &state::State, t: usize) -> Vec<Way> {
        let mut ways = state.ways(t, &self.program.history);
        let thread = state.thread(t);
        if thread.phase == Phase::Asleep && !ways.contains(&Way::Spurious) {
            ways.push(Way::Spurious);
        }
        ways
    }

    /// Takes a step.
    fn go(
        &mut self,
        before: &state::State,
        t: usize,
        way: Way,
        path: &[Told],
    ) -> Result<Went, NoGraph> {
        let mut path = path.to_vec();
        let told = path.len();
        let arrived = self.program.go(before.clone(), t, way, &mut path);
        let is_told = path.len() > told;
        let (state, fault, in_vain) = match arrived {
            Arrived::At(state) => (state, None, false),
            Arrived::Nowhere if is_told => (self.taken(before, t, way, &path), None, true),
            Arrived::Nowhere => return Ok(Went::Nowhere),
            Arrived::Failed(Kind::NotDeterministic, message) => {
                return Err(NoGraph::NotDeterministic(message));
            }
            Arrived::Failed(kind, message) => {
                let other = match before.thread(t).op {
                    Op::Read { c } => before.unordered(t, c, Touch::Read),
                    Op::Write { c } => before.unordered(t, c, Touch::Write),
                    _ => None,
                };
                let other = other.filter(|_| kind == Kind::Race);
                let state = match is_told {
                    true => self.taken(before, t, way, &path),
                    false => before.clone(),
                };
                (
                    state,
                    Some(Fault {
                        kind,
                        message,
                        thread: t,
                        other,
                    }),
                    false,
                )
            }
            Arrived::AtSomethingNew if self.program.history.is_by_path() => {
                return Err(NoGraph::Hidden);
            }
            Arrived::AtSomethingNew => return Ok(Went::Astray),
            Arrived::AtLimit(limit) => return Err(NoGraph::Limit(limit)),
        };
        Ok(Went::To(Box::new(Leads {
            state,
            fault,
            path,
            in_vain,
        })))
    }

    /// The state behind a step that ends there, where a search does not go on.
    fn taken(&mut self, before: &state::State, t: usize, way: Way, path: &[Told]) -> state::State {
        let history = &mut self.program.history;
        let mut state = before.clone();
        let last = path.last().map(|&(_, _, node)| node);
        if state.take(t, way, history).is_ok()
            && let Some(node) = last
            && let Some(next) = history.next(node).cloned()
        {
            state.arrive(t, node, &next, history);
            state.forget();
        }
        state
    }

    /// The number of a state.
    fn come_to(&mut self, leads: Leads) -> usize {
        let Leads {
            state, fault, path, ..
        } = leads;
        match self.known.entry((state.key(), fault.clone())) {
            Entry::Occupied(it) => *it.get(),
            Entry::Vacant(it) => {
                let at = *it.insert(self.states.len());
                self.look_where_threads_stand(&state, &path);
                let snapshot = snapshot::of(&state, fault, &self.program.history, &self.places);
                if snapshot.fault.is_none() {
                    self.queue.push_back((at, state, path));
                }
                self.states.push(snapshot);
                at
            }
        }
    }

    /// Runs the program along the path once more, if some thread is where none has been.
    fn look_where_threads_stand(&mut self, state: &state::State, path: &[Told]) {
        let unknown = |node: Node| !self.places.contains_key(&node);
        if state
            .living()
            .any(|(_, thread)| unknown(thread.node) && thread.op != Op::Start)
        {
            self.program.runner.run_along(path);
            for (t, thread) in state.living() {
                if let Some(place) = world::place_of(t) {
                    self.places.insert(thread.node, place);
                }
            }
        }
    }
}
