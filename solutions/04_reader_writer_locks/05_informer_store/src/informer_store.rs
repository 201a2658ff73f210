use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::PoisonError;

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
        // The pump holds this lock for a whole step. So a step is done, and is in the
        // snapshot; or it has not begun, and will find this inbox.
        let mut handlers = lock(&self.shared.handlers);
        let index = self.shared.snapshot();
        let known = index.iter().cloned().map(Event::Added).map(Arc::new);
        let inbox = Arc::new(Inbox::new(known.collect(), handlers.closed));
        handlers.inboxes.push(Arc::clone(&inbox));
        Handler {
            shared: Arc::clone(&self.shared),
            inbox,
        }
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
        self.expected.insert(key.clone());
        self.deltas(key).object.replace(object)
    }

    /// Notes that an object has gone. Returns the one that was in the queue, which
    /// nobody will ever see.
    fn delete(&mut self, key: V::Key) -> Option<Object<V>> {
        self.expected.remove(&key);
        let deltas = self.deltas(key);
        deltas.deleted = true;
        deltas.object.take()
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
        let is_gone = |key: &&V::Key| !all.contains_key(*key);
        let gone: Vec<_> = self.expected.iter().filter(is_gone).cloned().collect();
        let mut outdated: Vec<_> = gone.into_iter().map(|key| self.delete(key)).collect();
        outdated.extend(all.into_iter().map(|(key, object)| self.put(key, object)));
        outdated
    }
    // ANCHOR_END: replace
}

impl<V: Resource> Shared<V> {
    // ANCHOR: edit
    /// Changes the queue, unless it is closed, and wakes the pump.
    fn edit<T>(&self, change: impl FnOnce(&mut Queue<V>) -> T) -> Result<(), Closed> {
        let mut queue = lock(&self.queue);
        if queue.closed {
            return Err(Closed);
        }
        let outdated = change(&mut queue);
        drop(queue);
        self.not_empty.notify_one();
        // Not under the lock: the destructor of a value is somebody else's code, and
        // may want to use the store.
        drop(outdated);
        Ok(())
    }
    // ANCHOR_END: edit

    // ANCHOR: pop
    /// Waits until there is something in the queue, and takes all that is to be done
    /// for the first key. `None` means that the queue is closed, and empty.
    fn pop(&self) -> Option<(V::Key, Deltas<V>)> {
        let mut queue = lock(&self.queue);
        while queue.turns.is_empty() && !queue.closed {
            queue = self
                .not_empty
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let key = queue.turns.pop_front()?;
        let deltas = queue.deltas.remove(&key);
        let deltas = deltas.expect("a key that has a turn has something to be done");
        Some((key, deltas))
    }
    // ANCHOR_END: pop

    // ANCHOR: apply
    /// Does what is to be done for `key`, all of it under one lock, and says what that
    /// was. It is the index that knows whether an object is new.
    fn apply(&self, key: &V::Key, deltas: Deltas<V>) -> Vec<Arc<Event<V>>> {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        // In place, if nobody has a snapshot. Otherwise in a copy: a snapshot stays as
        // it is.
        let index = Arc::make_mut(&mut index);
        let mut events = Vec::new();
        if deltas.deleted {
            events.extend(index.remove(key).map(Event::Deleted));
        }
        if let Some(object) = deltas.object {
            let new = Arc::clone(&object.value);
            events.push(match index.insert(key, object) {
                None => Event::Added(new),
                Some(old) => Event::Updated { old, new },
            });
        }
        events.into_iter().map(Arc::new).collect()
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
        let Some((key, deltas)) = self.shared.pop() else {
            return false;
        };
        // For the whole step: see `InformerStore::handler`.
        let handlers = lock(&self.shared.handlers);
        let events = self.shared.apply(&key, deltas);
        for inbox in &handlers.inboxes {
            inbox.deliver(&events);
        }
        drop(handlers);
        // Not under the lock, as in `edit`: the last reference to an old value may be
        // in here.
        drop(events);
        true
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
        self.shared.close();
        let mut handlers = lock(&self.shared.handlers);
        handlers.closed = true;
        for inbox in &handlers.inboxes {
            inbox.close();
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
        let mut handle = handle;
        loop {
            let mut mail = self.inbox.lock();
            while mail.events.is_empty() && !mail.closed {
                mail = self.inbox.wait(mail);
            }
            let Some(event) = mail.events.pop_front() else {
                return;
            };
            drop(mail);
            handle(&event);
        }
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
        let old = self.remove(key);
        let keys = self.groups.entry(object.group.clone()).or_default();
        keys.insert(key.clone());
        self.objects.insert(key.clone(), object);
        old
    }

    /// Takes the object with this key out, from its group as well, and the group with
    /// it if it was the last.
    fn remove(&mut self, key: &V::Key) -> Option<Arc<V>> {
        let Object { value, group } = self.objects.remove(key)?;
        let keys = self.groups.get_mut(&group);
        let keys = keys.expect("the group of an object is in the index");
        keys.remove(key);
        if keys.is_empty() {
            self.groups.remove(&group);
        }
        Some(value)
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
