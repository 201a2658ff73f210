//! From the states of a program to those in which a player has a choice.
//!
//! The explorer has every step, and everything that may happen. A game has less: starting a thread, its first step, its end
//! and waiting for that are no choice, and are done at once; what happens for no reason does so once; stores count in the
//! order in which they are made.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use explorer::graph::{Op, Phase, State, Step, Way};

use crate::graph::{Edge, Graph, Node, Outcome};
use crate::words::Words;

/// How many waits of one run may end, and weak exchanges fail, for no reason.
const LUCK: u32 = 1;

/// Finds every schedule of `program`. Where their lines do not say it, the objects that are made first have these names.
///
/// # Panics
///
/// Panics if the program does not do the same when it is run the same way, has far too many states, may go on for ever, or
/// uses something for which the game has no words.
pub fn explore(names: &[&str], program: impl Fn() + 'static) -> Graph {
    let found = explorer::graph::graph(program, is_played);
    let found = found.unwrap_or_else(|why| panic!("{why}"));
    let mut game = Game {
        words: Words::new(&found.objects, names),
        states: &found.states,
        nodes: Vec::new(),
        known: HashMap::new(),
    };
    game.come_to(0, LUCK);
    let threads = found.states.iter().map(|it| it.threads.len()).max();
    Graph {
        objects: game.words.names().map(str::to_owned).collect(),
        threads: (0..threads.unwrap_or_default())
            .map(crate::words::name_of)
            .collect(),
        nodes: game.nodes,
    }
}

/// Whether a game has that step: a store counts after all that were made before, and so a read-modify-write sees the newest.
fn is_played(state: &State, thread: usize, way: Way) -> bool {
    match (state.next(thread), way) {
        (Some(Op::Store { x, .. }), Way::Put(at)) => at == state.atomics[x].len(),
        (Some(Op::Rmw { x, .. } | Op::Cas { x, .. }), Way::Reads(at) | Way::Fails(at)) => {
            at + 1 == state.atomics[x].len()
        }
        _ => true,
    }
}

/// Whether a step is of no interest: whenever it is taken, the rest stays the same.
fn is_eager(state: &State, step: &Step) -> bool {
    let op = state.next(step.thread);
    matches!(
        op,
        Some(Op::Start | Op::Spawn(_) | Op::Join(_) | Op::Done { .. })
    )
}

/// Whether a step goes as it does for no reason.
fn is_luck(state: &State, step: &Step) -> bool {
    match (state.next(step.thread), step.way) {
        (_, Way::Spurious) => true,
        (Some(Op::Cas { x, old, .. }), Way::Fails(at)) => state.atomics[x][at] == old,
        _ => false,
    }
}

struct Game<'a> {
    states: &'a [State],
    words: Words,
    nodes: Vec<Node>,
    /// By state, and by how much may still happen for no reason: the node; none while what follows is being explored.
    known: HashMap<(usize, u32), Option<usize>>,
}

impl Game<'_> {
    /// The node of a state, or of where it leads without a choice.
    fn come_to(&mut self, mut at: usize, luck: u32) -> usize {
        let states = self.states;
        while let Some(step) = states[at]
            .steps
            .iter()
            .find(|step| is_eager(&states[at], step))
        {
            at = step.to;
        }
        match self.known.entry((at, luck)) {
            Entry::Occupied(it) => it.get().unwrap_or_else(|| {
                panic!("the program can go round for ever: take out the loop, a level has to come to an end")
            }),
            Entry::Vacant(it) => {
                it.insert(None);
                let node = self.visit(at, luck);
                self.known.insert((at, luck), Some(node));
                node
            }
        }
    }

    fn visit(&mut self, at: usize, luck: u32) -> usize {
        let state = &self.states[at];
        let choices = state
            .steps
            .iter()
            .filter(|step| luck > 0 || !is_luck(state, step));
        let choices: Vec<Step> = choices.copied().collect();
        let outcome = choices.is_empty().then(|| self.outcome(state));
        let node = self.add_node(state, outcome);
        for step in &choices {
            let is_luck = is_luck(state, step);
            let to = self.come_to(step.to, luck - u32::from(is_luck));
            let edge = Edge {
                thread: step.thread,
                label: self.words.label(state, step, &choices),
                effect: self.words.effect(state, step, &self.states[step.to]),
                is_luck,
                to,
            };
            self.nodes[node].edges.push(edge);
        }
        // A wait may end for no reason, but nothing says that it ever will.
        let wakes = |step: &Step| {
            state.threads[step.thread]
                .as_ref()
                .is_some_and(|it| it.phase == Phase::Asleep)
        };
        if let [first, ..] = choices[..]
            && choices.iter().all(wakes)
        {
            let to = self.add_node(state, Some(Outcome::Stuck(self.words.stuck(state))));
            let text = String::from("sleeps for ever");
            let edge = Edge {
                thread: first.thread,
                label: text.clone(),
                effect: text,
                is_luck: false,
                to,
            };
            self.nodes[node].edges.push(edge);
        }
        node
    }

    fn add_node(&mut self, state: &State, outcome: Option<Outcome>) -> usize {
        self.nodes.push(Node {
            values: self.words.values(state),
            threads: self.words.stopped(state),
            edges: Vec::new(),
            outcome,
        });
        self.nodes.len() - 1
    }

    fn outcome(&self, state: &State) -> Outcome {
        let is_done = |t: usize| state.next(t).is_none();
        match &state.fault {
            Some(fault) => self.words.broken(state, fault),
            None if (0..state.threads.len()).all(is_done) => Outcome::Finished,
            None => Outcome::Stuck(self.words.stuck(state)),
        }
    }
}
