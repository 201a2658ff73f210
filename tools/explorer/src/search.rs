//! Depth first through all states.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::explore::Settings;
use crate::failure::{Failure, Kind};
use crate::limit::Limit;
use crate::livelock;
use crate::op::{Content, Op, Tid};
use crate::program::{Arrived, Program};
use crate::promise::Promise;
use crate::reduce::{Ways, bit};
use crate::run::Told;
use crate::shallow::{self, Most};
use crate::show;
use crate::state::State;
use crate::survey::{self, Cut, Survey};
use crate::watch::Watch;
use crate::ways::Way;

/// How many executions are run again, to see whether the program does the same: so many that come to an end, and so many
/// that come to a state that is known. Of the latter, some that come later, too.
const CHECKED: usize = 64;
/// How many steps are taken from a state that is known, at most, to see whether the program does the same.
const FAR: usize = 256;

/// A state on the current path, and how far it is explored.
struct Frame {
    state: State,
    ways: Vec<(Tid, Way)>,
    next: usize,
    /// How much of the path leads here.
    path: usize,
    /// The ways that this visit is for, if not all.
    only: Option<Ways>,
}

/// How often the program may be started to look for a failure near by where a search has met a limit. If the program has no
/// end, each state is something new.
const RUNS_AT_A_LIMIT: usize = 1_500;

/// As how many states one counts that carries a graph: it takes about as long as so many others.
const WEIGHT_OF_A_GRAPH: usize = 20;

/// How many times as many states there are where nothing is left out, at most: a bound, so that a survey keeps to the limit
/// that was asked for.
const UNREDUCED: usize = 10;

/// A failure, and how the search has come to it.
struct Found {
    kind: Kind,
    message: String,
    ways: Vec<(Tid, Way)>,
}

pub(crate) struct Search<'a> {
    settings: &'a Settings,
    watch: &'a dyn Watch,
    pub(crate) program: Program,
    known: FxHashMap<Box<[u8]>, Ways>,
    stack: Vec<Frame>,
    path: Vec<Told>,
    /// The numbers of what the program has returned.
    pub(crate) ended: BTreeSet<u128>,
    found: Vec<Found>,
    pub(crate) failures: Vec<Failure>,
    pub(crate) steps: usize,
    pub(crate) ends: usize,
    /// How often it came to a state that was known.
    merged: usize,
    /// Whether there was ever more than one way to go.
    pub(crate) has_choices: bool,
    pub(crate) limit: Option<Limit>,
}

impl<'a> Search<'a> {
    pub(crate) fn new(settings: &'a Settings, program: Program, watch: &'a dyn Watch) -> Self {
        Self {
            settings,
            watch,
            program,
            known: FxHashMap::default(),
            stack: Vec::new(),
            path: Vec::new(),
            ended: BTreeSet::new(),
            found: Vec::new(),
            failures: Vec::new(),
            steps: 0,
            ends: 0,
            merged: 0,
            has_choices: false,
            limit: None,
        }
    }

    pub(crate) fn states(&self) -> usize {
        self.known.len()
    }

    /// Visits all states. Starts again whenever it turns out that more has to be remembered; what has been learnt of the
    /// program is kept.
    pub(crate) fn run(&mut self) {
        while !self.visit_all() {}
        if self.program.uses.busy_waits && self.limit.is_none() && self.found.is_empty() {
            match self.program.unsure {
                Some(why) => self.limit = Some(why),
                None => self.look_for_circles(),
            }
        }
        // A search that goes deep may miss what lies near. It need not take longer than the one in depth.
        let near = Most {
            states: self.settings.most_states.min(shallow::MOST.states),
            runs: RUNS_AT_A_LIMIT,
        };
        if self.limit.is_some()
            && self.settings.merge
            && let Some(shortest) = shallow::find(&mut self.program, None, near, self.watch)
        {
            self.limit = None;
            self.found.push(Found {
                kind: shortest.kind,
                message: shortest.message,
                ways: shortest.ways,
            });
        }
        for found in std::mem::take(&mut self.found) {
            self.show(found);
        }
    }

    /// Whether what an execution does depends on nothing but what its threads are told.
    pub(crate) fn merges(&self) -> bool {
        self.settings.merge && !self.program.history.is_by_path()
    }

    /// Whether local steps are taken at once. Then states are left out in which a thread stops before one.
    fn reduces(&self) -> bool {
        self.settings.reduce && self.settings.promise == Promise::Ends
    }

    /// Shows a failure, by the shortest way that there is.
    fn show(&mut self, found: Found) {
        let mut failure = Failure::new(found.kind, found.message);
        if failure.kind == Kind::NotDeterministic {
            self.watch.ends(&failure);
            self.failures.push(failure);
            return;
        }
        let wanted = (!self.settings.stop).then_some(failure.kind);
        let shortest = match self.settings.merge {
            true => shallow::find(&mut self.program, wanted, shallow::MOST, self.watch),
            false => None,
        };
        let mut ways = found.ways;
        if let Some(shortest) = shortest {
            ways = shortest.ways;
            failure.kind = shortest.kind;
            failure.message = shortest.message;
            failure.memory = shortest.memory;
        }
        failure.blame(&ways);
        show::show(&mut self.program, &ways, &[], &mut failure, self.watch);
        self.failures.push(failure);
    }

    /// All states, if that can be done.
    fn survey(&mut self) -> Option<Survey> {
        // Without any reduction there are more of them.
        let most = survey::MOST.min(self.settings.most_states.saturating_mul(UNREDUCED));
        while self.merges() {
            let mut survey = Survey::default();
            match survey.run(&mut self.program, most) {
                Ok(()) => return Some(survey),
                Err(Cut::TooMany) => return None,
                Err(Cut::SomethingNew) => {}
            }
        }
        None
    }

    fn look_for_circles(&mut self) {
        let Some(survey) = self.survey() else {
            self.limit = Some(Limit::Circles);
            return;
        };
        let circle = livelock::find(&survey).map(|circle| (circle, None));
        let circle = circle.or_else(|| match self.settings.promise {
            Promise::LockFree => (0..64).find_map(|t| {
                let circle = livelock::find_without(&survey, t)?;
                Some((circle, Some(t)))
            }),
            _ => None,
        });
        let Some((circle, stopped)) = circle else {
            return;
        };
        let threads = (0..64)
            .filter(|t| circle.threads & 1 << t != 0)
            .map(|t| format!("T{t}"));
        let threads: Vec<String> = threads.collect();
        let threads = threads.join(" and ");
        let (kind, message) = match stopped {
            None => (
                Kind::Livelock,
                format!("from here on, {threads} can go round for ever"),
            ),
            Some(t) => (
                Kind::Waits,
                format!("if T{t} stops here for ever, {threads} can go round for ever"),
            ),
        };
        let mut failure = Failure::new(kind, message);
        let ways = survey.trail.way_to(circle.state);
        show::show(
            &mut self.program,
            &ways,
            &circle.round,
            &mut failure,
            self.watch,
        );
        self.failures.push(failure);
    }

    /// Whether it came to an end: if not, more has to be remembered.
    fn visit_all(&mut self) -> bool {
        self.known.clear();
        self.stack.clear();
        self.path.clear();
        self.ended.clear();
        self.found.clear();
        (self.steps, self.ends, self.merged, self.limit) = (0, 0, 0, None);
        let first = self.program.start();
        self.enter(first);
        while let Some(frame) = self.stack.last_mut() {
            self.path.truncate(frame.path);
            let Some(&(t, way)) = frame.ways.get(frame.next) else {
                self.stack.pop();
                continue;
            };
            let earlier = frame.ways[..frame.next].iter().map(|&(u, _)| u);
            let earlier = earlier.filter(|&u| u != t).fold(0, |all, u| all | 1 << u);
            frame.next += 1;
            let mut state = frame.state.clone();
            if self.settings.sleep {
                state.fall_asleep_before(t, earlier, frame.only.as_ref(), &self.program.history);
            }
            self.steps += 1;
            self.watch.pulse();
            let arrived = self.program.go(state, t, way, &mut self.path);
            let more = match arrived {
                Arrived::At(state) => self.enter(state),
                other => Some(other),
            };
            match more {
                None | Some(Arrived::At(_) | Arrived::Nowhere) => {}
                Some(Arrived::AtSomethingNew) => return false,
                Some(Arrived::Failed(kind, message)) => self.fail(kind, message),
                Some(Arrived::AtLimit(limit)) => self.limit = Some(limit),
            }
            let weight = match self.program.uses.seq_cst_graph() {
                true => WEIGHT_OF_A_GRAPH,
                false => 1,
            };
            if self.known.len() * weight > self.settings.most_states {
                self.limit = Some(Limit::States);
            }
            if self.program.runner.runs > self.settings.most_executions {
                self.limit = Some(Limit::Executions);
            }
            let enough = self.settings.stop && !self.found.is_empty();
            if self.limit.is_some() || enough {
                return true;
            }
        }
        true
    }

    /// Comes to a state, and prepares to leave it in all ways that are not explored elsewhere. If the program has not done
    /// the same again, says so.
    fn enter(&mut self, mut state: State) -> Option<Arrived> {
        let mut only = None;
        if self.merges() {
            let asleep = Ways::asleep(&state);
            match self.known.entry(state.key()) {
                Entry::Vacant(it) => {
                    it.insert(asleep);
                }
                Entry::Occupied(mut it) => {
                    let known = it.get_mut();
                    if known.are_within(&asleep) {
                        return self.check_merged(state);
                    }
                    // What was asleep at an earlier visit, and is not now, has to be made up for.
                    only = Some(known.without(&asleep));
                    *known = known.shared(&asleep);
                    for (t, thread) in state.threads.iter_mut().enumerate() {
                        if let Some(thread) = thread {
                            thread.passed = known.of(t);
                        }
                    }
                }
            }
        }
        let mut ways: Vec<(Tid, Way)> = Vec::new();
        let mut goes_on = false;
        for t in 0..state.threads.len() {
            if state.threads[t].is_none() {
                continue;
            }
            let own = state.ways(t, &self.program.history);
            let own_steps = own.iter().any(|&way| way != Way::Spurious);
            goes_on |= own_steps;
            if self.reduces() && own_steps && state.is_local(t) {
                ways = own.into_iter().map(|way| (t, way)).collect();
                break;
            }
            ways.extend(own.into_iter().map(|way| (t, way)));
        }
        let mut surprise = None;
        if !goes_on && only.is_none() {
            surprise = self.end(&state);
        }
        ways.retain(|&(t, way)| {
            let meant = only.as_ref().map_or(u64::MAX, |only| only.of(t));
            let bit = bit(way);
            let is_awake = state.thread(t).passed & bit == 0;
            is_awake && (bit == 0 || meant & bit != 0)
        });
        self.has_choices |= ways.len() > 1;
        let path = self.path.len();
        self.stack.push(Frame {
            state,
            ways,
            next: 0,
            path,
            only,
        });
        surprise
    }

    /// From a state that is known, goes on to some end: does the program do what it did when it came there another way?
    fn check_merged(&mut self, mut state: State) -> Option<Arrived> {
        self.merged += 1;
        if self.merged > CHECKED && !self.merged.is_power_of_two() {
            return None;
        }
        let mut path = self.path.clone();
        // Threads may go round for ever.
        for _ in 0..FAR {
            let alive = (0..state.threads.len()).filter(|&t| state.threads[t].is_some());
            let first = alive
                .map(|t| (t, state.ways(t, &self.program.history)))
                .find_map(|(t, ways)| {
                    let way = ways.into_iter().find(|&way| way != Way::Spurious)?;
                    Some((t, way))
                });
            let Some((t, way)) = first else { break };
            match self.program.go(state, t, way, &mut path) {
                Arrived::At(next) => state = next,
                Arrived::AtSomethingNew => return Some(Arrived::AtSomethingNew),
                _ => break,
            }
        }
        self.program.check(&path)
    }

    /// Nobody goes on.
    fn end(&mut self, state: &State) -> Option<Arrived> {
        self.ends += 1;
        if self.ends <= CHECKED
            && self.merges()
            && let Some(surprise) = self.program.check(&self.path)
        {
            return Some(surprise);
        }
        if state.living().next().is_none()
            && let Op::Done {
                content: Content::Value(number),
                ..
            } = state.thread(0).op
        {
            self.ended.insert(number);
        }
        for (kind, message) in state.faults_at_end(&self.program.history) {
            self.fail(kind, message);
        }
        None
    }

    /// Notes a failure, if it is the first of its kind.
    fn fail(&mut self, kind: Kind, message: String) {
        if self.found.iter().any(|found| found.kind == kind) {
            return;
        }
        let taken = |frame: &Frame| frame.ways.get(frame.next.checked_sub(1)?).copied();
        let ways = self.stack.iter().filter_map(taken).collect();
        self.found.push(Found {
            kind,
            message,
            ways,
        });
    }
}
