//! The program as a function from states to states. It runs only where its next step is not yet known.

use std::rc::Rc;

use crate::failure::Kind;
use crate::history::History;
use crate::op::{Content, Op, Tid};
use crate::run::{Runner, Told};
use crate::state::State;
use crate::step::Stop;
use crate::uses::Uses;
use crate::view::View;
use crate::ways::Way;
use crate::world;

/// The most threads of one execution.
pub(crate) const MOST_THREADS: usize = 64;
/// The most steps of one execution.
const MOST_STEPS: usize = 100_000;

/// Where a state never forgets, no circle of states is ever closed.
const UNSURE: &str = "a loop that writes in each round, among SeqCst and weaker accesses";

/// Where a step leads.
pub(crate) enum Arrived {
    At(State),
    /// Where another execution leads, too, or none.
    Nowhere,
    /// More has to be remembered than was so far.
    AtSomethingNew,
    Failed(Kind, String),
    /// A limit, in words.
    AtLimit(&'static str),
}

pub(crate) struct Program {
    pub(crate) history: History,
    pub(crate) runner: Runner,
    pub(crate) uses: Uses,
    /// Why a livelock may have been missed.
    pub(crate) unsure: Option<&'static str>,
}

impl Program {
    pub(crate) fn new(main: Rc<dyn Fn() -> Content>) -> Self {
        Self {
            history: History::default(),
            runner: Runner::new(main),
            uses: Uses::default(),
            unsure: None,
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
    pub(crate) fn go(
        &mut self,
        mut state: State,
        t: Tid,
        way: Way,
        path: &mut Vec<Told>,
    ) -> Arrived {
        let reply = match state.take(t, way, &mut self.history) {
            Ok(reply) => reply,
            Err(Stop::Fails(kind, text)) => return Arrived::Failed(kind, text),
            Err(Stop::Impossible) => return Arrived::Nowhere,
            Err(Stop::Full) => return Arrived::AtLimit("too many stores between two others"),
        };
        let Some(reply) = reply else {
            state.thread_mut(t).passed = 0;
            state.forget();
            return Arrived::At(state);
        };
        let from = state.thread(t).node;
        let node = self.history.child(from, reply);
        path.push((t, reply, node));
        if path.len() > MOST_STEPS {
            return Arrived::AtLimit("too many steps in one execution");
        }
        if self.history.next(node).is_none()
            && let Err(surprise) = self.runner.follow(path, &mut self.history)
        {
            return Arrived::Failed(Kind::NotDeterministic, surprise.to_string());
        }
        let next = self.history.next(node).expect("it was learnt").clone();
        let uses = self.uses;
        self.uses.learn(next.op);
        let closes = self.history.closes(from, node);
        if let Some(wait) = self.history.wait(node).filter(|_| closes) {
            if wait.looks(uses).is_some() {
                return Arrived::Nowhere;
            }
            self.uses.busy_waits = true;
        }
        if self.uses != uses {
            return Arrived::AtSomethingNew;
        }
        if matches!(next.op, Op::Spawn(u) if u >= MOST_THREADS) {
            return Arrived::AtLimit("too many threads");
        }
        if let Op::Panic(message) = next.op {
            return Arrived::Failed(Kind::Panic, world::message(message));
        }
        state.arrive(t, node, &next, &mut self.history);
        if !state.has(next.op) {
            let text = format!("T{t} uses something whose memory is freed: {:?}", next.op);
            return Arrived::Failed(Kind::UseAfterFree, text);
        }
        if let Some(wait) = self.history.wait(node).filter(|_| closes) {
            let is_unseen = state.is_unseen(t, &wait.writes);
            match (uses.seq_cst_graph(), is_unseen) {
                (false, true) => state.leave_out_round(t, &wait.writes),
                (false, false) => {}
                (true, true) => {
                    self.unsure = Some(UNSURE);
                    return Arrived::Nowhere;
                }
                (true, false) => return Arrived::AtLimit(UNSURE),
            }
        }
        state.forget();
        Arrived::At(state)
    }

    /// Looks whether the program does again what it has done on this path.
    pub(crate) fn check(&mut self, path: &[Told]) -> Result<(), String> {
        let checked = self.runner.follow(path, &mut self.history);
        checked.map_err(|surprise| surprise.to_string())
    }
}
