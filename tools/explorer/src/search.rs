//! Depth first through all states.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::explore::Settings;
use crate::failure::{Failure, Kind, Step};
use crate::livelock;
use crate::op::{Content, Op, Tid};
use crate::program::{Arrived, Program};
use crate::reduce::{Ways, bit};
use crate::run::Told;
use crate::state::State;
use crate::survey::{self, Survey};
use crate::ways::Way;

/// How many executions are run again at their end, to see whether the program does the same.
const CHECKED: usize = 64;

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

pub(crate) struct Search<'a> {
    settings: &'a Settings,
    pub(crate) program: Program,
    known: FxHashMap<Box<[u8]>, Ways>,
    stack: Vec<Frame>,
    path: Vec<Told>,
    /// The numbers of what the program has returned.
    pub(crate) ended: BTreeSet<u128>,
    pub(crate) failures: Vec<Failure>,
    pub(crate) steps: usize,
    pub(crate) ends: usize,
    pub(crate) limit: Option<&'static str>,
}

impl<'a> Search<'a> {
    pub(crate) fn new(settings: &'a Settings, program: Program) -> Self {
        Self {
            settings,
            program,
            known: FxHashMap::default(),
            stack: Vec::new(),
            path: Vec::new(),
            ended: BTreeSet::new(),
            failures: Vec::new(),
            steps: 0,
            ends: 0,
            limit: None,
        }
    }

    pub(crate) fn states(&self) -> usize {
        self.known.len()
    }

    /// Visits all states. Starts again whenever it turns out that more has to be remembered; what has been learnt of the
    /// program is kept.
    pub(crate) fn run(&mut self) {
        loop {
            let uses = self.program.uses;
            self.visit_all();
            if self.program.uses == uses {
                break;
            }
        }
        let is_whole = self.limit.is_none() && self.failures.is_empty();
        if self.program.uses.busy_waits && is_whole {
            match self.program.unsure {
                Some(why) => self.limit = Some(why),
                None => self.look_for_circles(),
            }
        }
        for failure in &mut self.failures {
            let shortest = Survey::default().run(&mut self.program, Some(failure.kind));
            if let Some(ways) = shortest {
                failure.steps = survey::tell(&mut self.program, &ways);
            }
        }
    }

    fn look_for_circles(&mut self) {
        let mut survey = Survey::default();
        survey.run(&mut self.program, None);
        if !survey.is_complete() {
            self.limit = Some("too many states to look for a livelock");
            return;
        }
        let Some(circle) = livelock::find(&survey) else {
            return;
        };
        let threads = (0..64)
            .filter(|t| circle.threads & 1 << t != 0)
            .map(|t| format!("T{t}"));
        let threads: Vec<String> = threads.collect();
        let message = format!(
            "from here on, {} can go round for ever",
            threads.join(" and ")
        );
        let steps = survey::tell(&mut self.program, &survey.way_to(circle.state));
        self.failures.push(Failure {
            kind: Kind::Livelock,
            message,
            steps,
        });
    }

    fn visit_all(&mut self) {
        self.known.clear();
        self.stack.clear();
        self.path.clear();
        self.ended.clear();
        self.failures.clear();
        (self.steps, self.ends, self.limit) = (0, 0, None);
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
            match self.program.go(state, t, way, &mut self.path) {
                Arrived::At(state) => self.enter(state),
                Arrived::Nowhere => {}
                Arrived::AtSomethingNew => return,
                Arrived::Failed(kind, message) => self.fail(kind, message),
                Arrived::AtLimit(limit) => self.limit = Some(limit),
            }
            if self.known.len() > self.settings.most_states {
                self.limit = Some("too many states");
            }
            if !self.settings.merge && self.ends > self.settings.most_states {
                self.limit = Some("too many executions");
            }
            let enough = self.settings.stop && !self.failures.is_empty();
            if self.limit.is_some() || enough {
                return;
            }
        }
    }

    /// Comes to a state, and prepares to leave it in all ways that are not explored elsewhere.
    fn enter(&mut self, mut state: State) {
        let mut only = None;
        if self.settings.merge {
            let asleep = Ways::asleep(&state);
            match self.known.entry(state.key()) {
                Entry::Vacant(it) => {
                    it.insert(asleep);
                }
                Entry::Occupied(mut it) => {
                    let known = it.get_mut();
                    if known.are_within(&asleep) {
                        return;
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
            if self.settings.reduce && own_steps && state.is_local(t) {
                ways = own.into_iter().map(|way| (t, way)).collect();
                break;
            }
            ways.extend(own.into_iter().map(|way| (t, way)));
        }
        if !goes_on && only.is_none() {
            self.end(&state);
        }
        ways.retain(|&(t, way)| {
            let meant = only.as_ref().map_or(u64::MAX, |only| only.of(t));
            let bit = bit(way);
            let is_awake = state.thread(t).passed & bit == 0;
            is_awake && (bit == 0 || meant & bit != 0)
        });
        let path = self.path.len();
        self.stack.push(Frame {
            state,
            ways,
            next: 0,
            path,
            only,
        });
    }

    /// Nobody goes on.
    fn end(&mut self, state: &State) {
        self.ends += 1;
        if self.ends <= CHECKED
            && let Err(message) = self.program.check(&self.path)
        {
            self.fail(Kind::NotDeterministic, message);
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
    }

    /// Notes a failure, if it is the first of its kind.
    fn fail(&mut self, kind: Kind, message: String) {
        if self.failures.iter().any(|failure| failure.kind == kind) {
            return;
        }
        let taken = self.stack.iter().filter_map(|frame| {
            let &(t, way) = frame.ways.get(frame.next.checked_sub(1)?)?;
            Some(Step {
                thread: t,
                what: frame.state.words(t, way),
            })
        });
        let steps = taken.collect();
        self.failures.push(Failure {
            kind,
            message,
            steps,
        });
    }
}
