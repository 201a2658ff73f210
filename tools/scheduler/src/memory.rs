//! What a thread may still see of shared memory, and what has happened before its next step.
//!
//! Each atomic keeps all of its stores, in the order in which they were made. A *view* says, of each
//! atomic, which is the oldest store that its owner may still read. Release and acquire hand views on.

use std::sync::atomic::Ordering;

/// The number of a thread: 0 is the program's own.
pub(crate) type ThreadId = usize;
/// The number of a shared object, in the order in which they are made.
pub(crate) type ObjectId = usize;

/// What is known to somebody: to a thread, or to whoever reads a store.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    /// Of each atomic, the oldest store that may still be read.
    stores: Vec<usize>,
    /// Of each thread, how far it had come. It advances whenever it hands its view on.
    clock: Vec<usize>,
}

impl View {
    /// The oldest store of `object` that may still be read.
    pub(crate) fn oldest(&self, object: ObjectId) -> usize {
        self.stores.get(object).copied().unwrap_or(0)
    }

    /// How far `thread` had come.
    pub(crate) fn clock(&self, thread: ThreadId) -> usize {
        self.clock.get(thread).copied().unwrap_or(0)
    }

    /// Nothing older than `store` may be read any more.
    pub(crate) fn advance(&mut self, object: ObjectId, store: usize) {
        raise(&mut self.stores, object, store);
    }

    /// What `thread` does from now on is not yet known to those whom it has told.
    pub(crate) fn tick(&mut self, thread: ThreadId) {
        let now = self.clock(thread);
        raise(&mut self.clock, thread, now + 1);
    }

    /// Learns all that `other` knows.
    pub(crate) fn join(&mut self, other: &View) {
        for (object, &store) in other.stores.iter().enumerate() {
            raise(&mut self.stores, object, store);
        }
        for (thread, &time) in other.clock.iter().enumerate() {
            raise(&mut self.clock, thread, time);
        }
    }
}

fn raise(all: &mut Vec<usize>, at: usize, to: usize) {
    if all.len() <= at {
        all.resize(at + 1, 0);
    }
    all[at] = all[at].max(to);
}

/// One store into an atomic.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) value: i128,
    /// What an Acquire load of this value learns.
    pub(crate) released: View,
}

/// What a thread knows, and what fences have prepared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mind {
    pub(crate) view: View,
    /// What its relaxed stores release: its view at its last Release fence.
    pub(crate) fenced: View,
    /// What an Acquire fence would learn: what its relaxed loads came with.
    pub(crate) pending: View,
}

/// The atomics of one execution.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    /// By the number of the object; empty where that is no atomic.
    stores: Vec<Vec<Store>>,
    /// What all SeqCst accesses and fences so far have known.
    pub(crate) seq_cst: View,
}

impl Memory {
    /// Makes an atomic.
    pub(crate) fn add(&mut self, object: ObjectId, value: i128, mind: &Mind) {
        self.stores.resize(object + 1, Vec::new());
        self.stores[object].push(Store {
            value,
            released: mind.view.clone(),
        });
    }

    /// All stores into `object`, oldest first; none if it is no atomic.
    pub(crate) fn stores(&self, object: ObjectId) -> &[Store] {
        self.stores.get(object).map_or(&[], Vec::as_slice)
    }

    /// The newest value of an atomic.
    pub(crate) fn newest(&self, object: ObjectId) -> i128 {
        self.stores(object).last().map_or(0, |store| store.value)
    }

    /// The stores that a load may read, newest first.
    pub(crate) fn readable(&self, object: ObjectId, ordering: Ordering, mind: &Mind) -> Vec<usize> {
        let mut oldest = mind.view.oldest(object);
        if ordering == Ordering::SeqCst {
            oldest = oldest.max(self.seq_cst.oldest(object));
        }
        (oldest..self.stores(object).len()).rev().collect()
    }

    /// Reads that store.
    pub(crate) fn load(
        &mut self,
        object: ObjectId,
        ordering: Ordering,
        store: usize,
        mind: &mut Mind,
    ) -> i128 {
        if ordering == Ordering::SeqCst {
            mind.view.join(&self.seq_cst);
        }
        mind.view.advance(object, store);
        let Store { value, released } = &self.stores[object][store];
        let value = *value;
        if acquires(ordering) {
            mind.view.join(released);
        } else {
            mind.pending.join(released);
        }
        if ordering == Ordering::SeqCst {
            self.seq_cst.join(&mind.view);
        }
        value
    }

    /// Stores a value. `exchange` if it is the second half of a read-modify-write, which carries on what the
    /// store before it has released.
    pub(crate) fn store(
        &mut self,
        object: ObjectId,
        ordering: Ordering,
        value: i128,
        exchange: bool,
        thread: ThreadId,
        mind: &mut Mind,
    ) {
        if ordering == Ordering::SeqCst {
            mind.view.join(&self.seq_cst);
        }
        let store = self.stores[object].len();
        mind.view.advance(object, store);
        let mut released = match releases(ordering) {
            true => mind.view.clone(),
            false => mind.fenced.clone(),
        };
        released.advance(object, store);
        if exchange {
            released.join(&self.stores[object][store - 1].released);
        }
        self.stores[object].push(Store { value, released });
        if ordering == Ordering::SeqCst {
            self.seq_cst.join(&mind.view);
        }
        mind.view.tick(thread);
    }

    /// A fence.
    pub(crate) fn fence(&mut self, ordering: Ordering, thread: ThreadId, mind: &mut Mind) {
        if acquires(ordering) {
            mind.view.join(&mind.pending);
        }
        if ordering == Ordering::SeqCst {
            mind.view.join(&self.seq_cst);
            self.seq_cst.join(&mind.view);
        }
        if releases(ordering) {
            mind.fenced = mind.view.clone();
            mind.view.tick(thread);
        }
    }
}

fn acquires(ordering: Ordering) -> bool {
    matches!(
        ordering,
        Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst
    )
}

fn releases(ordering: Ordering) -> bool {
    matches!(
        ordering,
        Ordering::Release | Ordering::AcqRel | Ordering::SeqCst
    )
}
