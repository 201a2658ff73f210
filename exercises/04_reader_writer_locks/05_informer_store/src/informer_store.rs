use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::PoisonError;
use std::thread;

use crate::events::{Change, Closed, Event, Inbox, Resource};
use crate::index::{Index, Object};
use crate::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock};

/// A store with many readers and a stream of changes.
///
/// A change goes through three places. Each has a lock of its own, and no thread waits for another
/// while holding one:
///
/// | place | writer | reader | content |
/// |---|---|---|---|
/// | the queue | [`push`](Self::push) | the [`Pump`] | pending work, by key |
/// | the index | the [`Pump`] | [`snapshot`](Self::snapshot) | the objects, by key and by group |
/// | an inbox for each [`Handler`] | the [`Pump`] | [`Handler::run`] | the events of applied changes |
///
/// The pending work of a key is applied in one step, and merges to at most this:
///
/// | pending for this key | then an object arrives | then a deletion arrives |
/// |---|---|---|
/// | nothing | the object | a deletion |
/// | an object | the newer object | a deletion |
/// | a deletion | a deletion, then the object | a deletion |
/// | a deletion, then an object | a deletion, then the newer object | a deletion |
///
/// Keys are processed in FIFO order, and a change of a key that is already in the queue keeps its
/// place.
///
/// # Ordering
///
/// Everything before a [`push`](Self::push) happens before everything after a
/// [`snapshot`](Self::snapshot) that includes its change, and before everything that a handler does
/// with its event. The snapshots that a handler takes then include the change, or a later one of
/// the same key.
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
    /// Where the pump waits: notified when a key enters the queue, and on
    /// close.
    not_empty: Condvar,
    /// Written only by the pump. The lock is held to clone the `Arc` or to
    /// write, never for a query.
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
    /// The keys with pending work, each of them once.
    turns: VecDeque<V::Key>,
    deltas: BTreeMap<V::Key, Deltas<V>>,
    /// The keys that will be in the index once all pending work is applied.
    expected: BTreeSet<V::Key>,
    closed: bool,
}

/// The pending work for one key: first the deletion, and then the object.
struct Deltas<V: Resource> {
    deleted: bool,
    object: Option<Object<V>>,
}
// ANCHOR_END: queue

impl<V: Resource> InformerStore<V> {
    /// An empty store, and its one pump.
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
    /// Given: pushes a change. Changes of one key that are pushed one after the
    /// other are applied in that order.
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

    /// The number of keys in the queue, and so of steps left for the pump.
    pub fn pending(&self) -> usize {
        lock(&self.shared.queue).turns.len()
    }

    /// Accepts no more changes. Accepted ones are still applied, and then the pump and the handlers
    /// end. Idempotent.
    pub fn close(&self) {
        self.shared.close();
    }

    // ANCHOR: snapshot
    /// The index as it is now. A snapshot is immutable; take another one to see
    /// changes.
    ///
    /// # Blocking
    ///
    /// Only while the pump writes. Holding a snapshot blocks no thread. But the
    /// next step copies the index (not the values), so do not take one per query,
    /// and do not keep it for long.
    pub fn snapshot(&self) -> Arc<Index<V>> {
        self.shared.snapshot()
    }
    // ANCHOR_END: snapshot

    // ANCHOR: handler
    /// A new handler. It receives everything that is in the index now, as added,
    /// and every later event.
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
    /// Merges an object into the pending work. Returns the object that it
    /// supersedes, which no reader will see.
    fn put(&mut self, key: V::Key, object: Object<V>) -> Option<Object<V>> {
        todo!(
            "the key is expected; the object is what is to be done for it, in place of an older one"
        )
    }

    /// Merges a deletion into the pending work. Returns the object that it
    /// supersedes, which no reader will see.
    fn delete(&mut self, key: V::Key) -> Option<Object<V>> {
        todo!(
            "the key is not expected; what is to be done for it is a deletion, and nothing after it"
        )
    }

    /// Given: the pending work for `key`. If there is none yet, the key joins the
    /// end of the queue.
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
    /// Merges a full list: these objects exist, and no others. Returns the objects
    /// that it supersedes.
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
    /// Waits until the queue is not empty, and takes all pending work of the first
    /// key. `None` means that the queue is closed and empty.
    fn pop(&self) -> Option<(V::Key, Deltas<V>)> {
        todo!(
            "wait until there is a key or the end; take the first key, and all that is to be done for it"
        )
    }
    // ANCHOR_END: pop

    // ANCHOR: apply
    /// Applies the pending work for `key`, all of it under one lock, and returns
    /// the events. Only the index knows whether an object is new.
    fn apply(&self, key: &V::Key, deltas: Deltas<V>) -> Vec<Arc<Event<V>>> {
        todo!(
            "the deletion, and then the object, under one lock; what happened in the index, as events"
        )
    }
    // ANCHOR_END: apply

    /// Given: a reference to the current index.
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

/// Applies changes from the queue to the index, and notifies the handlers.
///
/// There is one, and a step takes `&mut self`, so steps are sequential, and changes of one key are
/// never reordered. Dropping it closes the store, and handlers end when they have received every
/// event.
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
    /// Waits for a change, and applies all pending work of its key: first to the
    /// index, and then by notifying the handlers. Returns `false`, and does
    /// nothing, if the store is closed and everything is applied.
    ///
    /// # Blocking
    ///
    /// While the queue is empty. It never waits for a handler.
    pub fn step(&mut self) -> bool {
        todo!("pop; under the lock of the handlers, apply and deliver")
    }
    // ANCHOR_END: step

    /// Given: runs steps until the store is closed and everything is applied.
    pub fn run(mut self) {
        while self.step() {}
    }
}

// ANCHOR: pump_drop
impl<V: Resource> Drop for Pump<V> {
    /// Closes the store, and then every inbox: nothing more will come.
    fn drop(&mut self) {
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !thread::panicking() {
            todo!("close the store, and every inbox; and those that are made later")
        }
    }
}
// ANCHOR_END: pump_drop

/// A subscriber to every event. Dropping it ends the subscription.
///
/// Undelivered events are kept for it, without a bound. A handler that is never [`run`](Self::run)
/// should be dropped.
///
/// Not keeping it draws a warning, which is an error here:
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
    /// Calls `handle` with every event, on this thread, and returns when the pump
    /// is gone and every event is handled.
    ///
    /// No lock is held during the call: `handle` may block, and may use the store.
    /// If it panics, only this handler is lost.
    pub fn run(self, handle: impl FnMut(&Event<V>)) {
        todo!("event after event, and no lock while one is handled; to the end of the inbox")
    }
    // ANCHOR_END: run
}

impl<V: Resource> Drop for Handler<V> {
    /// Given: unsubscribes.
    fn drop(&mut self) {
        let mut handlers = lock(&self.shared.handlers);
        handlers
            .inboxes
            .retain(|inbox| !Arc::ptr_eq(inbox, &self.inbox));
    }
}

impl<V: Resource> Index<V> {
    // ANCHOR: index
    /// Inserts an object, and removes the one with the same key, if there is one.
    fn insert(&mut self, key: &V::Key, object: Object<V>) -> Option<Arc<V>> {
        todo!("take out what is there; then put it in both ways")
    }

    /// Removes the object with this key, from its group as well, and the group with
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

/// Given: locks, ignoring poison: only the comparison of a key can panic under these locks.
#[track_caller] // as `snapshot`
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
