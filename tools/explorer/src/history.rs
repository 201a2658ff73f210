//! What threads do, as far as it is known.
//!
//! A thread that has been told the same does the same. So the next step of a thread is a function of all that it has
//! been told, of a [`Node`]; and the program has to be run only where the step that belongs to a node is not known yet.
//! Nodes make a tree, but for waiting loops: a round that leaves a thread where it was leads back to the same node.

use rustc_hash::FxHashMap;

use crate::op::{Content, ContentId, Effect, Node, Op, Reply, Tid};
use crate::wait::Wait;

/// What a thread does next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Next {
    /// What it does before, unseen by others.
    pub(crate) effects: Vec<Effect>,
    pub(crate) op: Op,
}

#[derive(Default)]
struct Known {
    /// The node before, and what the thread was told there.
    parent: Option<(Node, Reply)>,
    next: Option<Next>,
    /// If it goes round in circles from here, as long as it is told the same.
    wait: Option<Wait>,
    /// How often it was let go round in vain on the way here, and how many steps ago that was the last time.
    in_vain: u32,
    steps_since: u32,
}

/// All that is known.
#[derive(Default)]
pub(crate) struct History {
    nodes: Vec<Known>,
    children: FxHashMap<(Node, Reply), Node>,
    roots: FxHashMap<(Option<Node>, Tid), Node>,
    contents: FxHashMap<(Content, Node), ContentId>,
    /// Something decides what a thread does that it is not told: every path is taken to be another.
    by_path: bool,
}

impl History {
    /// One for a program in which what a thread does depends on more than what it was told.
    pub(crate) fn by_path() -> Self {
        Self {
            by_path: true,
            ..Self::default()
        }
    }

    pub(crate) fn is_by_path(&self) -> bool {
        self.by_path
    }

    /// Where a thread starts. What it captures follows from what its parent, at that node, had been told.
    pub(crate) fn root(&mut self, parent: Option<Node>, t: Tid) -> Node {
        if let Some(&root) = self.roots.get(&(parent, t)) {
            return root;
        }
        let root = self.push(None);
        self.nodes[root as usize].next = Some(Next {
            effects: Vec::new(),
            op: Op::Start,
        });
        self.roots.insert((parent, t), root);
        root
    }

    /// Where a thread at `node` goes when it is told this.
    pub(crate) fn child(&mut self, node: Node, reply: Reply) -> Node {
        if let Some(&child) = self.children.get(&(node, reply))
            && (!self.by_path || self.nodes[child as usize].wait.is_some())
        {
            return child;
        }
        let child = self.push(Some((node, reply)));
        self.children.insert((node, reply), child);
        child
    }

    fn push(&mut self, parent: Option<(Node, Reply)>) -> Node {
        let before = parent.map(|(parent, _)| &self.nodes[parent as usize]);
        self.nodes.push(Known {
            parent,
            in_vain: before.map_or(0, |before| before.in_vain),
            steps_since: before.map_or(0, |before| before.steps_since + 1),
            ..Known::default()
        });
        self.nodes.len() as Node - 1
    }

    /// What the thread does there, if that is known.
    pub(crate) fn next(&self, node: Node) -> Option<&Next> {
        self.nodes[node as usize].next.as_ref()
    }

    /// The circle that starts there.
    pub(crate) fn wait(&self, node: Node) -> Option<&Wait> {
        self.nodes[node as usize].wait.as_ref()
    }

    /// Notes what the thread does there. What it did there before, if that was something else.
    pub(crate) fn learn(&mut self, node: Node, next: Next) -> Result<(), Next> {
        match &self.nodes[node as usize].next {
            Some(known) if *known != next => Err(known.clone()),
            Some(_) => Ok(()),
            None => {
                self.nodes[node as usize].next = Some(next);
                Ok(())
            }
        }
    }

    /// The last steps before `node`, newest first, and what the thread was told at each.
    pub(crate) fn past(&self, node: Node) -> impl Iterator<Item = (Op, Reply)> {
        let before = |at: Node| self.nodes[at as usize].parent;
        std::iter::successors(before(node), move |&(at, _)| before(at)).map(|(at, reply)| {
            let next = self.next(at).expect("it was learnt before what follows");
            (next.op, reply)
        })
    }

    /// Whether a thread is worth being let go round there. One that has got on again and again is not, for some steps: a
    /// loop that does wait is found a little later.
    pub(crate) fn may_go_round(&self, node: Node) -> bool {
        let node = &self.nodes[node as usize];
        node.in_vain < 4 || node.steps_since >= 1 << (node.in_vain - 2).min(6)
    }

    /// Notes that it has not come back.
    pub(crate) fn gets_on(&mut self, node: Node) {
        let node = &mut self.nodes[node as usize];
        node.in_vain += 1;
        node.steps_since = 0;
    }

    /// Notes that these steps, told this, lead from `node` back to it.
    pub(crate) fn close(&mut self, node: Node, round: &[(Op, Reply)], wait: Wait) {
        let mut at = node;
        for (n, &(_, reply)) in round.iter().enumerate() {
            let Some(&(op, _)) = round.get(n + 1) else {
                self.children.insert((at, reply), node);
                break;
            };
            at = self.child(at, reply);
            let _ = self.learn(
                at,
                Next {
                    effects: Vec::new(),
                    op,
                },
            );
        }
        self.nodes[node as usize].wait = Some(wait);
    }

    /// Whether being told this at `node` ends a round that has left the thread where it was.
    pub(crate) fn closes(&self, node: Node, child: Node) -> bool {
        self.nodes[child as usize].wait.is_some()
            && self.nodes[child as usize]
                .parent
                .is_none_or(|(parent, _)| parent != node)
    }

    /// The value of what has this number, if it is one.
    pub(crate) fn value_of(&self, content: ContentId) -> Option<u128> {
        let mut all = self.contents.iter();
        let known = all.find(|&(_, &number)| number == content)?;
        match known.0.0 {
            Content::Value(value) => Some(value),
            Content::Same | Content::Told => None,
        }
    }

    /// The number of what a thread at `node` leaves; `old` if that is nothing new.
    pub(crate) fn content(&mut self, content: Content, node: Node, old: ContentId) -> ContentId {
        let key = match content {
            Content::Same => return old,
            Content::Value(_) => (content, 0),
            Content::Told => (content, node),
        };
        let fresh = self.contents.len() as ContentId + 1;
        *self.contents.entry(key).or_insert(fresh)
    }
}
