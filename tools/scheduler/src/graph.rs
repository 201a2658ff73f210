//! What an exploration finds: every state that the program can be in, and every step out of it.

use std::collections::HashMap;

use explorer::graph::Place;

/// All schedules of a program. Node 0 is where it begins.
pub struct Graph {
    pub(crate) nodes: Vec<Node>,
    /// The names of the shared objects.
    pub(crate) objects: Vec<String>,
    /// The names of the threads.
    pub(crate) threads: Vec<String>,
}

/// The program has stopped, and somebody has to choose; or it has ended.
pub(crate) struct Node {
    /// What each object holds, in words.
    pub(crate) values: Vec<String>,
    pub(crate) threads: Vec<Stopped>,
    /// What may be chosen.
    pub(crate) edges: Vec<Edge>,
    /// How it has ended, if it has.
    pub(crate) outcome: Option<Outcome>,
}

/// A thread that has stopped, or ended.
#[derive(Default)]
pub(crate) struct Stopped {
    /// Before which line; none if it has ended.
    pub(crate) place: Option<Place>,
    /// What it does next.
    pub(crate) text: String,
    /// Why it cannot, if it cannot.
    pub(crate) blocked: Option<String>,
}

/// One thing that may be chosen.
pub(crate) struct Edge {
    pub(crate) thread: usize,
    /// What is chosen, where the thread alone does not say it.
    pub(crate) label: String,
    /// What came of it.
    pub(crate) effect: String,
    /// It goes so for no reason.
    pub(crate) is_luck: bool,
    /// The node that it leads to.
    pub(crate) to: usize,
}

/// How an execution ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// All threads have ended.
    Finished,
    /// Threads are left, and none can go on: which, and why.
    Stuck(String),
    /// A panic: who and what, and where (file and line).
    Failed(String, String, u32),
    /// Two threads touch the same memory, one of them writes, and nothing orders the two: in words, and where.
    Race(String, String, u32),
}

impl Outcome {
    /// Whether the program is broken by it.
    pub fn is_broken(&self) -> bool {
        !matches!(self, Self::Finished)
    }
}

impl Graph {
    /// How many schedules there are below each node, and how many of them break the program.
    ///
    /// A node is made before those that it leads to, unless these are known already, so the numbers are found
    /// by depth, not by order.
    pub(crate) fn counts(&self) -> Vec<(u64, u64)> {
        let mut counts = vec![None; self.nodes.len()];
        for node in 0..self.nodes.len() {
            self.count(node, &mut counts);
        }
        counts.into_iter().flatten().collect()
    }

    fn count(&self, node: usize, counts: &mut [Option<(u64, u64)>]) -> (u64, u64) {
        if let Some(known) = counts[node] {
            return known;
        }
        let found = match &self.nodes[node].outcome {
            Some(outcome) => (1, u64::from(outcome.is_broken())),
            None => self.children(node).fold((0, 0), |sum, child| {
                let below = self.count(child, counts);
                (sum.0 + below.0, sum.1 + below.1)
            }),
        };
        counts[node] = Some(found);
        found
    }

    fn children(&self, node: usize) -> impl Iterator<Item = usize> {
        self.nodes[node].edges.iter().map(|edge| edge.to)
    }

    /// How many schedules there are, and how many of them break the program.
    pub fn schedules(&self) -> (u64, u64) {
        self.counts().first().copied().unwrap_or_default()
    }

    /// How many different states there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing was explored.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All the ways in which it can end.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.nodes.iter().filter_map(|node| node.outcome.as_ref())
    }

    /// The choices of the plainest schedule that breaks the program; none if no schedule does. It has the fewest
    /// events without a reason, then the fewest switches between threads, then the fewest steps.
    pub(crate) fn losing(&self) -> Option<Vec<usize>> {
        let mut best: HashMap<(usize, usize), Option<Path>> = HashMap::new();
        Some(self.shortest(0, usize::MAX, &mut best)?.choices)
    }

    /// The best path from `node` to a broken end, for a thread that has just run.
    fn shortest(
        &self,
        node: usize,
        last: usize,
        best: &mut HashMap<(usize, usize), Option<Path>>,
    ) -> Option<Path> {
        if let Some(known) = best.get(&(node, last)) {
            return known.clone();
        }
        let found = match &self.nodes[node].outcome {
            Some(outcome) => outcome.is_broken().then(Path::default),
            None => {
                let edges = self.nodes[node].edges.iter().enumerate();
                let paths = edges.filter_map(|(choice, edge)| {
                    let rest = self.shortest(edge.to, edge.thread, best)?;
                    let switch = last != usize::MAX && last != edge.thread;
                    let mut choices = vec![choice];
                    choices.extend(rest.choices);
                    Some(Path {
                        odd: rest.odd + usize::from(edge.is_luck),
                        switches: rest.switches + usize::from(switch),
                        choices,
                    })
                });
                paths.min_by_key(|path| (path.odd, path.switches, path.choices.len()))
            }
        };
        best.insert((node, last), found.clone());
        found
    }
}

#[derive(Clone, Default)]
struct Path {
    odd: usize,
    switches: usize,
    choices: Vec<usize>,
}
