//! Who may go on, and who does.

use crate::graph::{Edge, Node, Outcome, Variant};
use crate::memory::ThreadId;
use crate::object::Kind;
use crate::op::Op;
use crate::state::State;

/// After how many choices a run counts as endless.
const LONGEST: usize = 500;

impl State {
    /// Decides who goes on, now that `me` has stopped or ended.
    pub(crate) fn decide(&mut self, me: ThreadId) {
        if self.over {
            return;
        }
        loop {
            if let Some(thread) = self.eager() {
                return self.pass(thread, Variant::Usual);
            }
            let edges = self.edges();
            if edges.is_empty() {
                let outcome = match self.threads.iter().all(|it| it.is_done()) {
                    true => Outcome::Finished,
                    false => self.stuck(),
                };
                return self.end(outcome, me);
            }
            if self.path.len() == LONGEST {
                return self.end(Outcome::Endless, me);
            }
            let Some((node, choice)) = self.choose(edges) else {
                return self.kill(me); // all that may follow is known
            };
            self.path.push((node, choice));
            let Edge {
                thread, variant, ..
            } = self.graph.nodes[node].edges[choice];
            if variant == Variant::Never {
                self.effect(String::from("sleeps for ever"));
                return self.end(self.stuck(), me);
            }
            if variant == Variant::Spurious && self.is_asleep(thread) {
                // Not its turn yet: only its next step is another one.
                self.wake_for_no_reason(thread);
            } else {
                return self.pass(thread, variant);
            }
        }
    }

    fn wake_for_no_reason(&mut self, thread: ThreadId) {
        if let Some(condvar) = self.threads[thread].pending.as_ref().map(|it| it.object) {
            self.spurious_left -= 1;
            self.wake(thread, condvar);
            self.effect(String::from("wakes up, although nobody has notified it"));
        }
    }

    fn pass(&mut self, thread: ThreadId, variant: Variant) {
        self.baton = thread;
        self.variant = variant;
        self.threads[thread].turn.notify_all();
    }

    /// The node that we are at, and the choice made there; none if the state was met before.
    fn choose(&mut self, edges: Vec<Edge>) -> Option<(usize, usize)> {
        let depth = self.path.len();
        if let Some(&choice) = self.script.get(depth) {
            let node = match self.path.last() {
                None => 0,
                Some(&(parent, edge)) => self.graph.nodes[parent].edges[edge].to?,
            };
            let same = |(a, b): (&Edge, &Edge)| a.thread == b.thread && a.variant == b.variant;
            let known = &self.graph.nodes[node].edges;
            if known.len() != edges.len() || !known.iter().zip(&edges).all(same) {
                self.has_changed = true;
                return None;
            }
            return Some((node, choice));
        }
        // The last choice of a script leads to a new place, and so does every choice after it.
        let key = self.key(None);
        if let Some(&node) = self.graph.known.get(&key)
            && self.merge
        {
            self.link(node);
            return None;
        }
        let node = self.add_node(edges, None, key);
        Some((node, 0))
    }

    fn link(&mut self, to: usize) {
        if let Some(&(node, edge)) = self.path.last() {
            self.graph.nodes[node].edges[edge].to = Some(to);
        }
    }

    fn add_node(&mut self, edges: Vec<Edge>, outcome: Option<Outcome>, key: Vec<u64>) -> usize {
        let number = self.graph.nodes.len();
        self.graph.known.insert(key, number);
        let node = Node {
            values: (0..self.objects.len())
                .map(|object| self.value(object))
                .collect(),
            threads: (0..self.threads.len())
                .map(|thread| self.stopped(thread))
                .collect(),
            edges,
            outcome,
        };
        self.graph.nodes.push(node);
        self.link(number);
        if self.graph.objects.len() < self.objects.len() {
            self.graph.objects = (0..self.objects.len())
                .map(|object| self.name(object))
                .collect();
        }
        if self.graph.threads.len() < self.threads.len() {
            self.graph.threads = self.threads.iter().map(|it| it.name.clone()).collect();
        }
        number
    }

    /// Ends the run like that. `me` is the thread that is running.
    pub(crate) fn end(&mut self, outcome: Outcome, me: ThreadId) {
        if self.over {
            return;
        }
        let key = self.key(Some(&outcome));
        match self.graph.known.get(&key) {
            Some(&node) => self.link(node),
            None => {
                self.add_node(Vec::new(), Some(outcome), key);
            }
        }
        self.kill(me);
    }

    fn kill(&mut self, me: ThreadId) {
        self.over = true;
        // The threads unwind one after another, as they have run: destructors share memory, too.
        self.baton = me;
        if self.threads[me].is_done() {
            self.let_next_unwind();
        }
    }

    /// The run is over, and the thread with the baton has unwound: the next, please.
    pub(crate) fn let_next_unwind(&mut self) {
        if let Some(next) = self.threads.iter().position(|it| !it.is_done()) {
            self.pass(next, Variant::Usual);
        }
    }

    /// A thread whose next step is of no interest: whenever it is taken, the rest stays the same.
    fn eager(&self) -> Option<ThreadId> {
        (0..self.threads.len()).find(|&thread| {
            let op = self.threads[thread].pending.as_ref().map(|it| &it.op);
            matches!(op, Some(Op::Start | Op::Join(_))) && self.blocked(thread).is_none()
        })
    }

    /// Who is left, and why each cannot go on.
    fn stuck(&self) -> Outcome {
        let left = (0..self.threads.len()).filter(|&thread| !self.threads[thread].is_done());
        let reasons = left.map(|thread| {
            let why = self.blocked(thread).unwrap_or_default();
            format!("{} {why}", self.threads[thread].name)
        });
        Outcome::Stuck(reasons.collect::<Vec<String>>().join("; "))
    }

    /// Everything that may be chosen.
    fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (number, thread) in self.threads.iter().enumerate() {
            let Some(pending) = &thread.pending else {
                continue;
            };
            let mut add = |variant, label: String| {
                edges.push(Edge {
                    thread: number,
                    variant,
                    label,
                    effect: String::new(),
                    to: None,
                });
            };
            if self.spurious_left > 0 && matches!(pending.op, Op::Asleep(_)) {
                add(Variant::Spurious, String::from("wakes for no reason"));
                continue;
            }
            if self.blocked(number).is_some() {
                continue;
            }
            match &pending.op {
                Op::Load(ordering) => {
                    let stores = self
                        .memory
                        .readable(pending.object, *ordering, &thread.mind);
                    let newest = stores[0];
                    for &store in &stores {
                        let value = self.memory.stores(pending.object)[store].value;
                        let value = self.value_of(pending.object, value);
                        add(
                            Variant::Reads(store),
                            match stores.len() {
                                1 => String::new(),
                                _ if store == newest => format!("sees {value}, the newest"),
                                _ => format!("sees {value}, an old value"),
                            },
                        );
                    }
                }
                Op::Notify { all: false } => match &self.objects[pending.object].kind {
                    Kind::Condvar { sleepers } if sleepers.len() > 1 => {
                        for &sleeper in sleepers {
                            let name = &self.threads[sleeper].name;
                            add(Variant::Wakes(sleeper), format!("wakes {name}"));
                        }
                    }
                    _ => add(Variant::Usual, String::new()),
                },
                Op::Exchange { weak: true, .. } if self.spurious_left > 0 => {
                    add(Variant::Usual, String::from("works as it should"));
                    add(Variant::Spurious, String::from("fails for no reason"));
                }
                _ => add(Variant::Usual, String::new()),
            }
        }
        // A wait may end for no reason, but nothing says that it ever will.
        if let [Edge { thread, .. }, ..] = edges[..]
            && edges.iter().all(|edge| self.is_asleep(edge.thread))
        {
            edges.push(Edge {
                thread,
                variant: Variant::Never,
                label: String::from("sleeps for ever"),
                effect: String::new(),
                to: None,
            });
        }
        edges
    }

    fn is_asleep(&self, thread: ThreadId) -> bool {
        let op = self.threads[thread].pending.as_ref().map(|it| &it.op);
        matches!(op, Some(Op::Asleep(_)))
    }

    /// Why a thread cannot take its next step; none if it can.
    pub(crate) fn blocked(&self, thread: ThreadId) -> Option<String> {
        let pending = self.threads[thread].pending.as_ref()?;
        let name = || self.name(pending.object);
        match &pending.op {
            Op::Lock | Op::Relock => match self.objects[pending.object].kind {
                Kind::Mutex {
                    holder: Some(it), ..
                } if it == thread => Some(format!("waits for `{}`, which it holds itself", name())),
                Kind::Mutex {
                    holder: Some(it), ..
                } => Some(format!(
                    "waits for `{}`, which {} holds",
                    name(),
                    self.threads[it].name
                )),
                _ => None,
            },
            Op::Asleep(_) => Some(format!("sleeps until `{}` is notified", name())),
            Op::Join(other) => (!self.threads[*other].is_done())
                .then(|| format!("waits for the end of {}", self.threads[*other].name)),
            Op::Spin => {
                let spins = &self.threads[thread].spins;
                let changed = spins
                    .iter()
                    .any(|&(object, store)| self.changed_since(object, store).is_some());
                let names: Vec<String> = spins
                    .iter()
                    .map(|&(object, _)| format!("`{}`", self.name(object)))
                    .collect();
                (!changed).then(|| format!("spins until {} changes", names.join(" or ")))
            }
            _ => None,
        }
    }
}
