//! The program as a function from states to states. It runs only where its next step is not yet known.

use std::rc::Rc;

use crate::explore::Settings;
use crate::failure::Kind;
use crate::history::History;
use crate::limit::Limit;
use crate::op::{Content, Op, Tid};
use crate::promise::Promise;
use crate::run::{Runner, Surprise, Told};
use crate::state::State;
use crate::step::Stop;
use crate::uses::Uses;
use crate::view::View;
use crate::ways::Way;
use crate::world;

/// The most threads of one execution.
pub const MOST_THREADS: usize = 64;

/// Where a step leads.
pub(crate) enum Arrived {
    At(State),
    /// Where another execution leads, too, or none.
    Nowhere,
    /// More has to be remembered than was so far.
    AtSomethingNew,
    Failed(Kind, String),
    AtLimit(Limit),
}

pub(crate) struct Program {
    pub(crate) history: History,
    pub(crate) runner: Runner,
    pub(crate) uses: Uses,
    /// Why a livelock may have been missed.
    pub(crate) unsure: Option<Limit>,
    pub(crate) most_steps: usize,
    pub(crate) promise: Promise,
    /// There are condition variables, or parks: a thread may wake up for no reason.
    pub(crate) sleeps: bool,
}

impl Program {
    pub(crate) fn new(main: Rc<dyn Fn() -> Content>, watched: bool) -> Self {
        Self {
            history: History::default(),
            runner: Runner::new(main, watched),
            uses: Uses::default(),
            unsure: None,
            most_steps: Settings::default().most_steps,
            promise: Promise::Ends,
            sleeps: false,
        }
    }

    /// The state before the first step.
    pub(crate) fn start(&mut self) -> State {
        let mut state = State::new(self.uses);
        let root = self.history.root(None, 0);
        state.add_thread(0, root, Rc::<View>::default());
        state
    }

    /// Takes a step from the end of `path`, and adds it to the path.
    pub(crate) fn go(&mut self, state: State, t: Tid, way: Way, path: &mut Vec<Told>) -> Arrived {
        match self.step(state, t, way, path) {
            Arrived::At(state) => match state.breaks(self.promise, &self.history) {
                Some(text) => Arrived::Failed(Kind::Waits, text),
                None => Arrived::At(state),
            },
            other => other,
        }
    }

    fn step(&mut self, mut state: State, t: Tid, way: Way, path: &mut Vec<Told>) -> Arrived {
        let reply = match state.take(t, way, &mut self.history) {
            Ok(reply) => reply,
            Err(Stop::Fails(kind, text)) => return Arrived::Failed(kind, text),
            Err(Stop::Impossible) => return Arrived::Nowhere,
            Err(Stop::Full) => return Arrived::AtLimit(Limit::Stores),
        };
        let Some(reply) = reply else {
            state.thread_mut(t).passed = 0;
            state.forget();
            return Arrived::At(state);
        };
        let from = state.thread(t).node;
        let node = self.history.child(from, reply);
        path.push((t, reply, node));
        if path.len() > self.most_steps {
            return Arrived::AtLimit(Limit::Steps);
        }
        let is_new = self.history.next(node).is_none();
        if is_new && let Err(surprise) = self.runner.follow(path, &mut self.history) {
            return self.surprised(path, &surprise);
        }
        let next = self.history.next(node).expect("it was learnt").clone();
        let uses = self.uses;
        self.uses.learn(next.op);
        self.sleeps |= matches!(next.op, Op::Wait { .. } | Op::Park { .. });
        let closes = self.history.closes(from, node);
        let round = self.history.wait(node).filter(|_| closes);
        let writes = round.filter(|round| round.looks(uses).is_none());
        if round.is_some_and(|round| writes.is_none() && !round.uses_up) {
            return Arrived::Nowhere;
        }
        self.uses.busy_waits |= writes.is_some();
        if self.uses != uses {
            return Arrived::AtSomethingNew;
        }
        if matches!(next.op, Op::Spawn(u) if u >= MOST_THREADS) {
            return Arrived::AtLimit(Limit::Threads);
        }
        if let Op::Panic(message) = next.op {
            return Arrived::Failed(Kind::Panic, world::message(message));
        }
        if t == 0 && matches!(next.op, Op::Done { panicked: true, .. }) {
            let text =
                String::from("it was raised by `resume_unwind`, and nobody joins this thread");
            return Arrived::Failed(Kind::Panic, text);
        }
        state.arrive(t, node, &next, &mut self.history);
        if !state.has(next.op) {
            let text = format!("T{t} uses something whose memory is freed: {:?}", next.op);
            return Arrived::Failed(Kind::UseAfterFree, text);
        }
        if is_new {
            self.runner.rehearse(t, &state, &mut self.history);
        }
        let round = self.history.wait(node).filter(|_| closes);
        if let Some(round) = round.filter(|round| round.looks(uses).is_none()) {
            let is_unseen = state.is_unseen(t, &round.writes);
            match (uses.seq_cst_graph(), is_unseen) {
                (false, true) => state.leave_out_round(t, &round.writes),
                (false, false) => {}
                (true, true) => {
                    // Where a state never forgets, no circle of states is ever closed.
                    self.unsure = Some(Limit::WritingLoop);
                    return Arrived::Nowhere;
                }
                (true, false) => return Arrived::AtLimit(Limit::WritingLoop),
            }
        }
        state.forget();
        Arrived::At(state)
    }

    /// A thread did something else than before, though it was told the same. If it does that whenever the program is run
    /// along this path, something decides that no thread is told; otherwise the program is not deterministic.
    fn surprised(&mut self, path: &[Told], surprise: &Surprise) -> Arrived {
        let runs = [(); 3].map(|()| self.runner.run_along(path));
        if self.history.is_by_path() || runs[0] != runs[1] || runs[1] != runs[2] {
            return Arrived::Failed(Kind::NotDeterministic, surprise.to_string());
        }
        self.history = History::by_path();
        Arrived::AtSomethingNew
    }

    /// Looks whether the program does again what it has done on this path. None if it does.
    pub(crate) fn check(&mut self, path: &[Told]) -> Option<Arrived> {
        let surprise = self.runner.follow(path, &mut self.history).err()?;
        Some(self.surprised(path, &surprise))
    }
}
