//! A state of the program: plain data, cloned for every step.

use std::rc::Rc;

use crate::cell::Cell;
use crate::history::{History, Next};
use crate::lock::Lock;
use crate::memory::Atomic;
use crate::op::{ContentId, Effect, Node, Op, Tid};
use crate::seq_cst::Graph;
use crate::uses::Uses;
use crate::view::{View, tick};
use crate::world::{self, Kind};

/// How far a thread has come with its step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Before it.
    Ready,
    /// In a wait, not yet notified.
    Asleep,
    /// In a wait, about to lock again.
    Woken {
        /// Not notified: time was up.
        timed_out: bool,
    },
    /// It has ended.
    Done,
}

#[derive(Clone, Debug)]
pub(crate) struct Thread {
    pub(crate) node: Node,
    pub(crate) op: Op,
    pub(crate) phase: Phase,
    pub(crate) cur: Rc<View>,
    /// What an Acquire fence would learn.
    pub(crate) acq: Rc<View>,
    /// What its relaxed stores release: its view at the last Release fence.
    pub(crate) rel: Rc<View>,
    /// What whoever has unparked it knew.
    pub(crate) token: Option<Rc<View>>,
    /// What it has returned.
    pub(crate) result: ContentId,
    pub(crate) panicked: bool,
    pub(crate) joined: bool,
    /// How often it woke up for no reason, if that is counted.
    pub(crate) wakes: u8,
    /// Its sleep set: bit k says that reading the store at index k is explored elsewhere. For a step that reads none, all
    /// bits or none.
    pub(crate) passed: u64,
}

/// A reference count.
#[derive(Clone, Default, Debug)]
pub(crate) struct Refs {
    pub(crate) count: u32,
    pub(crate) view: Rc<View>,
}

#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) uses: Uses,
    pub(crate) threads: Vec<Option<Thread>>,
    pub(crate) atomics: Vec<Rc<Atomic>>,
    pub(crate) cells: Vec<Rc<Cell>>,
    pub(crate) locks: Vec<Lock>,
    pub(crate) refs: Vec<Refs>,
    pub(crate) graph: Rc<Graph>,
}

impl State {
    pub(crate) fn new(uses: Uses) -> Self {
        Self {
            uses,
            threads: Vec::new(),
            atomics: Vec::new(),
            cells: Vec::new(),
            locks: Vec::new(),
            refs: Vec::new(),
            graph: Rc::default(),
        }
    }

    pub(crate) fn thread(&self, t: Tid) -> &Thread {
        self.threads[t].as_ref().expect("a thread that was started")
    }

    pub(crate) fn thread_mut(&mut self, t: Tid) -> &mut Thread {
        self.threads[t].as_mut().expect("a thread that was started")
    }

    pub(crate) fn add_thread(&mut self, t: Tid, node: Node, view: Rc<View>) {
        if self.threads.len() <= t {
            self.threads.resize(t + 1, None);
        }
        self.threads[t] = Some(Thread {
            node,
            op: Op::Start,
            phase: Phase::Ready,
            acq: Rc::clone(&view),
            rel: Rc::default(),
            cur: view,
            token: None,
            result: 0,
            panicked: false,
            joined: false,
            wakes: 0,
            passed: 0,
        });
    }

    /// Puts a thread where its history says that it goes.
    pub(crate) fn arrive(&mut self, t: Tid, node: Node, next: &Next, history: &mut History) {
        for &effect in &next.effects {
            match effect {
                Effect::Atomic { x, val } => {
                    let born = self.tick(t);
                    put(&mut self.atomics, x, Rc::new(Atomic::new(val, (t, born))));
                }
                Effect::Cell { c, content, owned } => {
                    let (born, content) = (self.tick(t), history.content(content, node, 0));
                    put(
                        &mut self.cells,
                        c,
                        Rc::new(Cell::new(content, (t, born), owned)),
                    );
                }
                Effect::Lock { m, content } => {
                    let (born, content) = (self.tick(t), history.content(content, node, 0));
                    put(
                        &mut self.locks,
                        m,
                        Lock {
                            content,
                            born: Some((t, born)),
                            ..Lock::default()
                        },
                    );
                }
                Effect::Refs { r } => put(
                    &mut self.refs,
                    r,
                    Refs {
                        count: 1,
                        ..Refs::default()
                    },
                ),
                Effect::Wrote { c, content } => {
                    let cell = Rc::make_mut(&mut self.cells[c]);
                    cell.content = history.content(content, node, 0);
                }
            }
        }
        self.find_static(next.op);
        let thread = self.thread_mut(t);
        thread.node = node;
        thread.op = next.op;
        thread.phase = Phase::Ready;
        thread.passed = 0;
    }

    /// What a static holds has always been there, and is noticed when a thread first asks for it.
    fn find_static(&mut self, op: Op) {
        match op {
            Op::Load { x, .. } | Op::Store { x, .. } | Op::Rmw { x, .. } | Op::Cas { x, .. } => {
                let is_new = self.atomics.get(x).is_none_or(|it| it.stores.is_empty());
                if is_new && world::is_static(Kind::Atomic, x) {
                    put(&mut self.atomics, x, Rc::new(Atomic::of_static()));
                }
            }
            Op::Lock { m, .. } | Op::TryLock { m, .. }
                if m >= self.locks.len() && world::is_static(Kind::Lock, m) =>
            {
                self.locks.resize(m + 1, Lock::default());
            }
            _ => {}
        }
    }

    /// Whether what a step is about was made. If not, its memory is freed, and holds something else.
    pub(crate) fn has(&self, op: Op) -> bool {
        let made = |x: usize| self.atomics.get(x).is_some_and(|it| !it.stores.is_empty());
        match op {
            Op::Load { x, .. }
            | Op::Store { x, .. }
            | Op::Rmw { x, .. }
            | Op::Cas { x, .. }
            | Op::Own { x, .. } => made(x),
            Op::Read { c } | Op::Write { c } | Op::Free { c } => c < self.cells.len(),
            Op::Lock { m, .. }
            | Op::TryLock { m, .. }
            | Op::Unlock { m, .. }
            | Op::Downgrade { m, .. } => m < self.locks.len(),
            Op::Wait { m, .. } => m < self.locks.len(),
            Op::Ref { r }
            | Op::Unref { r }
            | Op::RefCount { r }
            | Op::Upgrade { r }
            | Op::Unwrap { r } => r < self.refs.len(),
            _ => true,
        }
    }

    /// The number of something that `t` does, which others may or may not know of.
    pub(crate) fn tick(&mut self, t: Tid) -> u32 {
        let fences = self.uses.fences;
        let thread = self.thread_mut(t);
        let now = tick(&mut thread.cur, t);
        if fences {
            crate::view::learn(&mut thread.acq, &thread.cur);
        }
        now
    }

    /// What `t` has learnt by waiting for another thread.
    pub(crate) fn acquire(&mut self, t: Tid, view: &Rc<View>) {
        let fences = self.uses.fences;
        let thread = self.thread_mut(t);
        crate::view::learn(&mut thread.cur, view);
        if fences {
            crate::view::learn(&mut thread.acq, &thread.cur);
        }
    }

    /// The threads that have not ended.
    pub(crate) fn living(&self) -> impl Iterator<Item = (Tid, &Thread)> {
        let all = self.threads.iter().enumerate();
        all.filter_map(|(t, thread)| Some((t, thread.as_ref()?)))
            .filter(|(_, thread)| thread.phase != Phase::Done)
    }

    /// The threads that may take a step before others end. One that waits for the end of another will know by then all that
    /// the other knows.
    fn independent(&self) -> impl Iterator<Item = &Thread> {
        let waits = |thread: &Thread| match thread.op {
            Op::Join(other) => self.threads[other]
                .as_ref()
                .is_some_and(|it| it.phase != Phase::Done),
            _ => false,
        };
        self.living()
            .map(|(_, thread)| thread)
            .filter(move |thread| !waits(thread))
    }

    /// Forgets what can make no difference any more: stores that nobody can read, accesses that all know of.
    pub(crate) fn forget(&mut self) {
        for x in 0..self.atomics.len() {
            let oldest = self.independent().map(|thread| thread.cur.at(x)).min();
            let stores = &self.atomics[x].stores;
            let gone = stores.partition_point(|store| Some(store.place) < oldest);
            let gone = gone.min(stores.len().saturating_sub(1));
            if gone > 0 {
                Rc::make_mut(&mut self.atomics[x]).stores.drain(..gone);
                self.each_passed(x, |passed| passed.checked_shr(gone as u32).unwrap_or(0));
            }
            if self.atomics[x]
                .born
                .is_some_and(|born| self.is_known_to_all(born))
            {
                Rc::make_mut(&mut self.atomics[x]).born = None;
            }
        }
        for m in 0..self.locks.len() {
            if self.locks[m]
                .born
                .is_some_and(|born| self.is_known_to_all(born))
            {
                self.locks[m].born = None;
            }
        }
        for c in 0..self.cells.len() {
            let known = |access| self.is_known_to_all(access);
            let cell = &self.cells[c];
            if cell.written.is_some_and(known) || cell.read.iter().copied().any(known) {
                let written = cell.written.filter(|&access| !known(access));
                let read = cell
                    .read
                    .iter()
                    .copied()
                    .filter(|&access| !known(access))
                    .collect();
                let cell = Rc::make_mut(&mut self.cells[c]);
                (cell.written, cell.read) = (written, read);
            }
        }
    }

    fn is_known_to_all(&self, (t, time): (Tid, u32)) -> bool {
        self.independent().all(|thread| thread.cur.clock(t) >= time)
    }

    /// The sleep set of every thread that is about to read `x`.
    pub(crate) fn each_passed(&mut self, x: usize, change: impl Fn(u64) -> u64) {
        for thread in self.threads.iter_mut().flatten() {
            if thread.passed != 0 && thread.op.reads().is_some_and(|(it, _)| it == x) {
                thread.passed = change(thread.passed);
            }
        }
    }
}

fn put<T: Clone + Default>(all: &mut Vec<T>, at: usize, it: T) {
    if all.len() <= at {
        all.resize(at + 1, T::default());
    }
    all[at] = it;
}
