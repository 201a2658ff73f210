//! The state of one run: its threads, what they share, and what has been chosen so far.

use std::hash::Hash;
use std::thread::JoinHandle;

use crate::graph::{Graph, Variant};
use crate::memory::{Memory, Mind, ObjectId, ThreadId};
use crate::object::{Content, Kind, Object};
use crate::op::{Op, Pending, Site};
use crate::source::Sources;
use crate::thread::Thread;

pub(crate) struct State {
    pub(crate) threads: Vec<Thread>,
    pub(crate) objects: Vec<Object>,
    pub(crate) memory: Memory,
    /// Whose turn it is.
    pub(crate) baton: ThreadId,
    /// Which way its step goes.
    pub(crate) variant: Variant,
    /// The run has ended, and the threads that have not, unwind, one after another.
    pub(crate) over: bool,
    /// Whether equal states are one. If not, the graph is a tree.
    pub(crate) merge: bool,
    /// The program has not done the same when it was run the same way.
    pub(crate) has_changed: bool,
    /// How many more waits may end, and weak exchanges fail, for no reason.
    pub(crate) spurious_left: u32,
    /// What to choose, as far as it is given.
    pub(crate) script: Vec<usize>,
    /// What was chosen: at which node, and which of its edges.
    pub(crate) path: Vec<(usize, usize)>,
    pub(crate) graph: Graph,
    pub(crate) sources: Sources,
    /// The names of the first objects, where their lines do not say them.
    pub(crate) names: &'static [&'static str],
    /// The machine threads that this run has started.
    pub(crate) started: Vec<JoinHandle<()>>,
}

impl State {
    /// A run that follows `script` and adds what it finds to `graph`.
    pub(crate) fn new(script: Vec<usize>, spurious: u32, graph: Graph, sources: Sources) -> Self {
        Self {
            threads: Vec::new(),
            objects: Vec::new(),
            memory: Memory::default(),
            baton: 0,
            variant: Variant::Usual,
            over: false,
            merge: true,
            has_changed: false,
            spurious_left: spurious,
            script,
            path: Vec::new(),
            graph,
            sources,
            names: &[],
            started: Vec::new(),
        }
    }

    /// Adds a thread, which begins with all that `parent` knows.
    pub(crate) fn add_thread(
        &mut self,
        parent: Option<ThreadId>,
        has_result: bool,
        site: Site,
    ) -> ThreadId {
        let thread = self.threads.len();
        let mut mind = Mind::default();
        if let Some(parent) = parent {
            self.change(parent);
            mind.view = self.threads[parent].mind.view.clone();
            self.threads[parent].mind.view.tick(parent);
        }
        mind.view.tick(thread);
        let name = match thread {
            0 => String::from("main"),
            number => letter(number),
        };
        let start = Pending {
            op: Op::Start,
            object: 0,
            site,
        };
        self.threads
            .push(Thread::new(name, has_result, mind, start));
        thread
    }

    /// Adds something shared.
    pub(crate) fn add_object(&mut self, kind: Kind, site: Site) -> ObjectId {
        let name = match self.names.get(self.objects.len()) {
            Some(&name) => name.to_owned(),
            None => self.sources.name_at(site),
        };
        self.objects.push(Object { name, kind });
        self.objects.len() - 1
    }

    /// Adds an atomic.
    pub(crate) fn add_atomic(
        &mut self,
        value: i128,
        is_bool: bool,
        site: Site,
        by: ThreadId,
    ) -> ObjectId {
        let object = self.add_object(Kind::Atomic { is_bool }, site);
        self.memory.add(object, value, &self.threads[by].mind);
        object
    }

    /// Says what came of the step that is being taken. The first to say so is right.
    pub(crate) fn effect(&mut self, effect: String) {
        if let Some(&(node, edge)) = self.path.last() {
            let said = &mut self.graph.nodes[node].edges[edge].effect;
            if said.is_empty() {
                *said = effect;
            }
        }
    }

    /// `thread` has been told `what`.
    pub(crate) fn remember(&mut self, thread: ThreadId, what: impl Hash) {
        self.threads[thread].remember(what);
    }

    /// `thread` changes something: it does not merely look and wait.
    pub(crate) fn change(&mut self, thread: ThreadId) {
        self.threads[thread].reads.clear();
    }

    /// Whether nobody holds the mutex.
    pub(crate) fn is_free(&self, mutex: ObjectId) -> bool {
        matches!(self.objects[mutex].kind, Kind::Mutex { holder: None, .. })
    }

    /// `thread` has the mutex now.
    pub(crate) fn take(&mut self, thread: ThreadId, mutex: ObjectId) {
        let name = self.name(mutex);
        if let Kind::Mutex {
            holder,
            released,
            content,
        } = &mut self.objects[mutex].kind
        {
            *holder = Some(thread);
            self.threads[thread].mind.view.join(released);
            self.threads[thread].remember(content.number);
            let value = match content.text.as_deref() {
                None | Some("") => String::new(),
                Some(value) => format!(", and sees {value}"),
            };
            self.effect(format!("has `{name}`{value}"));
        }
    }

    /// `thread` gives the mutex back. `update` looks at what is in it.
    pub(crate) fn release(
        &mut self,
        thread: ThreadId,
        mutex: ObjectId,
        update: impl FnOnce(&mut Content, u64),
    ) {
        self.change(thread);
        let history = self.threads[thread].history();
        if let Kind::Mutex {
            holder,
            released,
            content,
        } = &mut self.objects[mutex].kind
        {
            *holder = None;
            *released = self.threads[thread].mind.view.clone();
            update(content, history);
        }
        self.threads[thread].mind.view.tick(thread);
    }

    /// `thread` falls asleep.
    pub(crate) fn sleep(&mut self, thread: ThreadId, condvar: ObjectId) {
        if let Kind::Condvar { sleepers } = &mut self.objects[condvar].kind {
            sleepers.push(thread);
        }
    }

    /// Wakes a sleeper, which then has to lock its mutex again.
    pub(crate) fn wake(&mut self, sleeper: ThreadId, condvar: ObjectId) {
        if let Kind::Condvar { sleepers } = &mut self.objects[condvar].kind {
            sleepers.retain(|&thread| thread != sleeper);
        }
        if let Some(pending) = &mut self.threads[sleeper].pending
            && let Op::Asleep(mutex) = pending.op
        {
            pending.op = Op::Relock;
            pending.object = mutex;
        }
    }

    /// `thread` goes on after the end of `ended`.
    pub(crate) fn join(&mut self, thread: ThreadId, ended: ThreadId) {
        let view = self.threads[ended].mind.view.clone();
        self.threads[thread].mind.view.join(&view);
        self.threads[ended].joined = true;
        if self.threads[ended].has_result {
            let history = self.threads[ended].history();
            self.remember(thread, history);
        }
    }

    /// `thread` has looked, and begins to wait for a change of what it has looked at.
    pub(crate) fn start_to_spin(&mut self, thread: ThreadId) -> Op {
        let thread = &mut self.threads[thread];
        thread.spins = std::mem::take(&mut thread.reads);
        match thread.spins.is_empty() {
            true => Op::Yield,
            false => Op::Spin,
        }
    }

    /// `thread` looks again. What it has waited for is there to be seen: stores arrive at last.
    pub(crate) fn stop_spinning(&mut self, thread: ThreadId) {
        for (object, store) in std::mem::take(&mut self.threads[thread].spins) {
            if let Some(newer) = self.changed_since(object, store) {
                self.threads[thread].mind.view.advance(object, newer);
            }
        }
        self.remember(thread, ());
    }

    /// The first store after that one with another value.
    pub(crate) fn changed_since(&self, object: ObjectId, store: usize) -> Option<usize> {
        let stores = self.memory.stores(object);
        let seen = stores[store].value;
        (store + 1..stores.len()).find(|&newer| stores[newer].value != seen)
    }
}

fn letter(number: usize) -> String {
    char::from_u32('A' as u32 + number as u32 - 1)
        .unwrap_or('?')
        .to_string()
}
