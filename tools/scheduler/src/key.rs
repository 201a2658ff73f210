//! When two states are the same: whatever may follow the one may follow the other, and nothing else.
//!
//! What the program's variables hold is not ours to see. It follows from what each thread has been told, which
//! is in its history. Of what threads know, only that counts which can still make a difference: which
//! stores may be read, and which accesses to plain memory are known to be over.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use crate::graph::Outcome;
use crate::memory::View;
use crate::object::{Access, Kind};
use crate::op::{Op, Pending};
use crate::state::State;

/// Words that are equal for equal states.
#[derive(Default)]
struct Key(Vec<u64>);

impl Key {
    fn put(&mut self, word: usize) {
        self.0.push(word as u64);
    }

    fn hash(&mut self, what: impl Hash) {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        self.0.push(hasher.finish());
    }
}

impl State {
    /// The key of this state, or of this end.
    pub(crate) fn key(&self, outcome: Option<&Outcome>) -> Vec<u64> {
        let mut key = Key::default();
        if let Some(outcome) = outcome {
            key.hash(format!("{outcome:?}"));
        }
        key.put(self.spurious_left as usize);
        let oldest: Vec<usize> = (0..self.objects.len())
            .map(|object| self.oldest_readable(object))
            .collect();
        for thread in &self.threads {
            match &thread.pending {
                None => {
                    // Its end is known to whoever joins it, and so is its result.
                    let matters = thread.has_result && !thread.joined;
                    key.hash((matters.then(|| thread.history()), thread.joined));
                }
                Some(pending) => self.put_thread(&mut key, thread, pending),
            }
            for view in [&thread.mind.view, &thread.mind.fenced, &thread.mind.pending] {
                self.put_view(&mut key, view, &oldest);
            }
        }
        for (object, &oldest_store) in oldest.iter().enumerate() {
            self.put_object(&mut key, object, oldest_store, &oldest);
        }
        self.put_view(&mut key, &self.memory.seq_cst, &oldest);
        key.0
    }

    fn put_thread(&self, key: &mut Key, thread: &crate::thread::Thread, pending: &Pending) {
        key.hash((
            thread.history(),
            format!("{:?}", pending.op),
            pending.object,
            pending.site.line(),
            pending.site.column(),
        ));
        if pending.op == Op::Spin {
            for &(object, store) in &thread.spins {
                let value = self.memory.stores(object)[store].value;
                key.hash((object, value, self.changed_since(object, store).is_some()));
            }
        }
    }

    fn put_object(&self, key: &mut Key, object: usize, oldest_store: usize, oldest: &[usize]) {
        match &self.objects[object].kind {
            Kind::Atomic { .. } => {
                let stores = &self.memory.stores(object)[oldest_store..];
                key.put(stores.len());
                for store in stores {
                    key.hash(store.value);
                    self.put_view(key, &store.released, oldest);
                }
            }
            Kind::Mutex {
                holder,
                released,
                content,
            } => {
                key.hash((holder, content.number));
                self.put_view(key, released, oldest);
            }
            Kind::Condvar { sleepers } => key.hash(sleepers),
            Kind::Cell { content, .. } => key.hash(content.number),
        }
    }

    /// The oldest store of an atomic that any thread may still read.
    fn oldest_readable(&self, object: usize) -> usize {
        let living = self.threads.iter().filter(|thread| !thread.is_done());
        let oldest = living.map(|thread| thread.mind.view.oldest(object)).min();
        let stores = self.memory.stores(object).len();
        oldest.unwrap_or(0).min(stores.saturating_sub(1))
    }

    fn put_view(&self, key: &mut Key, view: &View, oldest: &[usize]) {
        for (object, &oldest_store) in oldest.iter().enumerate() {
            match &self.objects[object].kind {
                Kind::Atomic { .. } => {
                    key.put(view.oldest(object).saturating_sub(oldest_store));
                }
                Kind::Cell { written, read, .. } => {
                    let accesses = written.iter().chain(read);
                    let known: Vec<(usize, bool)> = accesses
                        .map(|access: &Access| (access.thread, access.is_known_to(view)))
                        .collect();
                    key.hash((written.is_some(), known));
                }
                Kind::Mutex { .. } | Kind::Condvar { .. } => {}
            }
        }
    }
}
