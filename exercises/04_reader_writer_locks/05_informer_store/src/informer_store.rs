use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::PoisonError;
use std::thread;

use crate::events::{Change, Closed, Event, Inbox, Resource};
use crate::index::{Index, Object};
use crate::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock};

/// A store that many read while a stream of changes writes it.
///
/// A change goes through three places. Each has a lock of its own, and nobody waits for anybody under one:
///
/// | place | who writes it | who reads it | what it knows |
/// |---|---|---|---|
/// | the queue | [`push`](Self::push) | the [`Pump`] | what is still to be done, by key |
/// | the index | the [`Pump`] | [`snapshot`](Self::snapshot) | the objects, by key and by group |
/// | an inbox for each [`Handler`] | the [`Pump`] | [`Handler::run`] | what has been done |
///
/// What is to be done for a key is done in one step, and there is never more of it than this:
///
/// | in the queue for this key | then an object comes | then a deletion comes |
/// |---|---|---|
/// | nothing | the object | a deletion |
/// | an object | the newer object | a deletion |
/// | a deletion | a deletion, then the object | a deletion |
/// | a deletion, then an object | a deletion, then the newer object | a deletion |
///
/// Keys take turns: whoever has been in the queue for longest is next, and a change of a key that is in the queue
/// leaves it in its place.
///
/// # Ordering
///
/// Everything before a [`push`](Self::push) happens before everything after a [`snapshot`](Self::snapshot) that has its
/// change, and before everything that a handler does when it is told of it. A handler that is told of a change finds
/// it in the snapshots it takes, or finds a later one of the same key.
///
/// # Examples
///
/// ```
/// use informer_store::{Change, InformerStore, Resource};
///
/// struct Pod { name: &'static str, node: u32 }
///
/// impl Resource for Pod {
///     type Key = &'static str;
///     type Group = u32;
///     fn key(&self) -> &'static str { self.name }
///     fn group(&self) -> u32 { self.node }
/// }
///
/// let (store, mut pump) = InformerStore::new();
/// store.push(Change::Added(Pod { name: "web", node: 1 })).unwrap();
/// store.push(Change::Updated(Pod { name: "web", node: 2 })).unwrap();
/// pump.step();
/// let index = store.snapshot();
/// assert_eq!(index.get(&"web").unwrap().node, 2);
/// assert_eq!(index.group(&1).count(), 0);
/// ```
pub struct InformerStore<V: Resource> {
    shared: Arc<Shared<V>>,
}

// ANCHOR: shared
struct Shared<V: Resource> {
    queue: Mutex<Queue<V>>,
    /// Where the pump waits: notified when a key comes into the queue, and on close.
    not_empty: Condvar,
    /// Written by the pump alone. The lock is held to take a reference, or to write;
    /// never to look something up.
    index: RwLock<Arc<Index<V>>>,
    /// Held by the pump from before it writes the index until its events are delivered.
    handlers: Mutex<Handlers<V>>,
}
// ANCHOR_END: shared

struct Handlers<V> {
    inboxes: Vec<Arc<Inbox<V>>>,
    /// Whether the pump is gone.
    closed: bool,
}

// ANCHOR: queue
struct Queue<V: Resource> {
    /// The keys for which there is something to be done, each of them once.
    turns: VecDeque<V::Key>,
    deltas: BTreeMap<V::Key, Deltas<V>>,
    /// The keys that will be in the index once everything in here is done.
    expected: BTreeSet<V::Key>,
    closed: bool,
}

/// What is to be done for one key: first the deletion, and then the object.
struct Deltas<V: Resource> {
    deleted: bool,
    object: Option<Object<V>>,
}
// ANCHOR_END: queue

impl<V: Resource> InformerStore<V> {
    /// An empty store, and the one pump that keeps it going.
    pub fn new() -> (Self, Pump<V>) {
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue {
                turns: VecDeque::new(),
                deltas: BTreeMap::new(),
                expected: BTreeSet::new(),
                closed: false,
            }),
            not_empty: Condvar::new(),
            index: RwLock::new(Arc::new(Index::empty())),
            handlers: Mutex::new(Handlers {
                inboxes: Vec::new(),
                closed: false,
            }),
        });
        let pump = Pump {
            shared: Arc::clone(&shared),
        };
        (Self { shared }, pump)
    }

    // ANCHOR: push
    /// Given: tells the store of a change. Changes of one key, told one after the
    /// other, are done in this order.
    ///
    /// # Errors
    ///
    /// [`Closed`], if the store is closed or its pump is gone.
    pub fn push(&self, change: Change<V>) -> Result<(), Closed> {
        match change {
            Change::Added(value) | Change::Updated(value) => {
                let (key, object) = Object::keyed(value);
                self.shared.edit(|queue| queue.put(key, object))
            }
            Change::Deleted(key) => self.shared.edit(|queue| queue.delete(key)),
            Change::Resync(values) => {
                let all = values.into_iter().map(Object::keyed).collect();
                self.shared.edit(|queue| queue.replace(all))
            }
        }
    }
    // ANCHOR_END: push

    /// How many keys are in the queue: as many steps of the pump are left to do.
    pub fn pending(&self) -> usize {
        lock(&self.shared.queue).turns.len()
    }

    /// Accepts no more changes. Those that were accepted are still done, and then the pump and the handlers come to
    /// their end. Closing twice is closing once.
    pub fn close(&self) {
        self.shared.close();
    }

    // ANCHOR: snapshot
    /// The index as it is now. It stays as it is; take another one to see what has
    /// changed.
    ///
    /// # Blocking
    ///
    /// Only while the pump writes. To have a snapshot keeps nobody waiting. But the
    /// first step after it copies the index, though not the values, so do not take one
    /// for each small question, and do not keep it for long.
    pub fn snapshot(&self) -> Arc<Index<V>> {
        self.shared.snapshot()
    }
    // ANCHOR_END: snapshot

    // ANCHOR: handler
    /// A new handler. It is told of everything that is in the index now, as added, and
    /// of every step after that.
    pub fn handler(&self) -> Handler<V> {
        todo!(
            "a handler whose inbox has what is in the index now, and gets all that comes later, once"
        )
    }
    // ANCHOR_END: handler
}

impl<V: Resource> Clone for InformerStore<V> {
    /// Another handle of the same store.
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<V: Resource> Queue<V> {
    // ANCHOR: merge
    /// Notes that an object has come. Returns what it takes the place of, which nobody
    /// will ever see.
    fn put(&mut self, key: V::Key, object: Object<V>) -> Option<Object<V>> {
        todo!(
            "the key is expected; the object is what is to be done for it, in place of an older one"
        )
    }

    /// Notes that an object has gone. Returns the one that was in the queue, which
    /// nobody will ever see.
    fn delete(&mut self, key: V::Key) -> Option<Object<V>> {
        todo!(
            "the key is not expected; what is to be done for it is a deletion, and nothing after it"
        )
    }

    /// Given: what is to be done for `key`. If that is nothing so far, the key gets its
    /// turn after all others.
    fn deltas(&mut self, key: V::Key) -> &mut Deltas<V> {
        let turns = &mut self.turns;
        self.deltas.entry(key).or_insert_with_key(|key| {
            turns.push_back(key.clone());
            Deltas {
                deleted: false,
                object: None,
            }
        })
    }
    // ANCHOR_END: merge

    // ANCHOR: replace
    /// Notes that these objects are there, and no others. Returns all that nobody will
    /// ever see.
    fn replace(&mut self, all: BTreeMap<V::Key, Object<V>>) -> Vec<Option<Object<V>>> {
        todo!("delete what is expected and not mentioned; put all that is mentioned")
    }
    // ANCHOR_END: replace
}

impl<V: Resource> Shared<V> {
    // ANCHOR: edit
    /// Changes the queue, unless it is closed, and wakes the pump.
    fn edit<T>(&self, change: impl FnOnce(&mut Queue<V>) -> T) -> Result<(), Closed> {
        todo!(
            "under the lock: refuse, or change; then wake the pump; and drop what is outdated under no lock"
        )
    }
    // ANCHOR_END: edit

    // ANCHOR: pop
    /// Waits until there is something in the queue, and takes all that is to be done
    /// for the first key. `None` means that the queue is closed, and empty.
    fn pop(&self) -> Option<(V::Key, Deltas<V>)> {
        todo!(
            "wait until there is a key or the end; take the first key, and all that is to be done for it"
        )
    }
    // ANCHOR_END: pop

    // ANCHOR: apply
    /// Does what is to be done for `key`, all of it under one lock, and says what that
    /// was. It is the index that knows whether an object is new.
    fn apply(&self, key: &V::Key, deltas: Deltas<V>) -> Vec<Arc<Event<V>>> {
        todo!(
            "the deletion, and then the object, under one lock; what happened in the index, as events"
        )
    }
    // ANCHOR_END: apply

    /// Given: a reference to the index of this moment.
    #[track_caller] // a report should name the line that locks, and not this one
    fn snapshot(&self) -> Arc<Index<V>> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&index)
    }

    /// Given: see [`InformerStore::close`].
    fn close(&self) {
        lock(&self.queue).closed = true;
        self.not_empty.notify_one();
    }
}

/// What takes changes from the queue to the index, and tells the handlers.
///
/// There is one, and a step takes it by `&mut`: so steps come one after the other, and a key cannot be overtaken by
/// itself. If it is dropped, the store is closed, and handlers end when they have heard of everything.
///
/// ```compile_fail,E0599
/// # use informer_store::{InformerStore, Resource};
/// # struct Pod;
/// # impl Resource for Pod {
/// #     type Key = u32;
/// #     type Group = u32;
/// #     fn key(&self) -> u32 { 1 }
/// #     fn group(&self) -> u32 { 1 }
/// # }
/// let (store, pump) = InformerStore::<Pod>::new();
/// let second = pump.clone(); // error[E0599]: no method named `clone` found
/// ```
#[must_use = "a pump that is dropped closes the store"]
pub struct Pump<V: Resource> {
    shared: Arc<Shared<V>>,
}

impl<V: Resource> Pump<V> {
    // ANCHOR: step
    /// Waits for a change, and does all that is to be done for its key: first in the
    /// index, and then by telling the handlers. Returns `false`, and does nothing, if
    /// the store is closed and everything is done.
    ///
    /// # Blocking
    ///
    /// While there is nothing to do. It never waits for a handler.
    pub fn step(&mut self) -> bool {
        todo!("pop; under the lock of the handlers, apply and deliver")
    }
    // ANCHOR_END: step

    /// Given: does step after step, until the store is closed and everything is done.
    pub fn run(mut self) {
        while self.step() {}
    }
}

// ANCHOR: pump_drop
impl<V: Resource> Drop for Pump<V> {
    /// Closes the store, and then every inbox: nothing more will come.
    fn drop(&mut self) {
        // A panic in the middle of a panic aborts the program, so this one waits for a better moment.
        if !thread::panicking() {
            todo!("close the store, and every inbox; and those that are made later")
        }
    }
}
// ANCHOR_END: pump_drop

/// One who is told of every step. If it is dropped, it is told no more.
///
/// What it has not been told yet is kept for it, without a limit. One that is never [`run`](Self::run) should be
/// dropped.
///
/// Whoever does not keep it is warned. Here the warning is an error:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use informer_store::{InformerStore, Resource};
/// # struct Pod;
/// # impl Resource for Pod {
/// #     type Key = u32;
/// #     type Group = u32;
/// #     fn key(&self) -> u32 { 1 }
/// #     fn group(&self) -> u32 { 1 }
/// # }
/// let (store, pump) = InformerStore::<Pod>::new();
/// store.handler(); // error: unused `Handler` that must be used
/// # drop(pump);
/// ```
#[must_use = "a handler that is dropped is told nothing"]
pub struct Handler<V: Resource> {
    shared: Arc<Shared<V>>,
    inbox: Arc<Inbox<V>>,
}

impl<V: Resource> Handler<V> {
    // ANCHOR: run
    /// Calls `handle` with every event, on this thread, and returns when the pump is
    /// gone and all is told.
    ///
    /// No lock is held meanwhile: `handle` may take its time, and may use the store. If
    /// it panics, this handler is gone, and nothing else.
    pub fn run(self, handle: impl FnMut(&Event<V>)) {
        todo!("event after event, and no lock while one is handled; to the end of the inbox")
    }
    // ANCHOR_END: run
}

impl<V: Resource> Drop for Handler<V> {
    /// Given: leaves the list of those who are told.
    fn drop(&mut self) {
        let mut handlers = lock(&self.shared.handlers);
        handlers
            .inboxes
            .retain(|inbox| !Arc::ptr_eq(inbox, &self.inbox));
    }
}

impl<V: Resource> Index<V> {
    // ANCHOR: index
    /// Puts an object in, and takes out the one with the same key, if there is one.
    fn insert(&mut self, key: &V::Key, object: Object<V>) -> Option<Arc<V>> {
        todo!("take out what is there; then put it in both ways")
    }

    /// Takes the object with this key out, from its group as well, and the group with
    /// it if it was the last.
    fn remove(&mut self, key: &V::Key) -> Option<Arc<V>> {
        todo!("take it out both ways, and its group as well if nothing is left in it")
    }
    // ANCHOR_END: index
}

impl<V: Resource> fmt::Debug for InformerStore<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InformerStore")
            .field("objects", &self.snapshot().len())
            .field("pending", &self.pending())
            .finish_non_exhaustive()
    }
}

/// Given: locks. Nothing panics under these locks but the comparison of a key.
#[track_caller] // as `snapshot`
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
