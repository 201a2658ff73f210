// Given: what the store is told, what it tells, and the inbox of a handler.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::sync::PoisonError;

use crate::sync::{Arc, Condvar, Mutex, MutexGuard};

/// What the store keeps: an object with a name of its own, which belongs to a group.
///
/// The store asks for key and group when it is told of the object, and holds no lock while it asks. It compares, clones
/// and drops *them* under its locks: that must not panic, and must not use the store.
pub trait Resource {
    /// What there is only one object of, such as the name of a container.
    type Key: Clone + Ord;
    /// What many objects may have in common, such as the machine that a container runs on.
    type Group: Clone + Ord;

    /// Its key. It stays the same for as long as the object is in the store.
    fn key(&self) -> Self::Key;
    /// Its group. It may be another one after an update.
    fn group(&self) -> Self::Group;
}

/// What the stream says. It may have missed something before: the store believes what it is told, not that it was
/// told everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<V: Resource> {
    /// There is a new object.
    Added(V),
    /// An object is different now.
    Updated(V),
    /// The object with this key is gone.
    Deleted(V::Key),
    /// These are all the objects that there are. Of two with the same key, the second counts.
    Resync(Vec<V>),
}

/// What a handler is told: one step from what the index said before to what it says now.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<V> {
    /// The key was not there, and now it is.
    Added(Arc<V>),
    /// The key is still there, with another value, or with the same after a resync.
    Updated {
        /// The value that this handler was told of before.
        old: Arc<V>,
        /// The value that takes its place.
        new: Arc<V>,
    },
    /// The key was there, with this value, and is gone.
    Deleted(Arc<V>),
}

/// The store is closed: it was not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store is closed")
    }
}

impl Error for Closed {}

/// Events on their way to one handler.
pub(crate) struct Inbox<V> {
    mail: Mutex<Mail<V>>,
    changed: Condvar,
}

/// What is in an inbox.
pub(crate) struct Mail<V> {
    pub(crate) events: VecDeque<Arc<Event<V>>>,
    /// Whether no more will come.
    pub(crate) closed: bool,
}

impl<V> Inbox<V> {
    pub(crate) fn new(events: VecDeque<Arc<Event<V>>>, closed: bool) -> Self {
        Self {
            mail: Mutex::new(Mail { events, closed }),
            changed: Condvar::new(),
        }
    }

    /// Puts copies of `events` in. Waits for nobody, unless somebody keeps the inbox locked.
    pub(crate) fn deliver(&self, events: &[Arc<Event<V>>]) {
        self.lock().events.extend(events.iter().cloned());
        self.changed.notify_one();
    }

    /// Says that no more will come.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_one();
    }

    #[track_caller] // a report should name the line that locks, and not this one
    pub(crate) fn lock(&self) -> MutexGuard<'_, Mail<V>> {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Unlocks, sleeps until something is delivered or the inbox is closed, or for no reason, and locks again.
    #[track_caller]
    pub(crate) fn wait<'a>(&'a self, mail: MutexGuard<'a, Mail<V>>) -> MutexGuard<'a, Mail<V>> {
        self.changed
            .wait(mail)
            .unwrap_or_else(PoisonError::into_inner)
    }
}
