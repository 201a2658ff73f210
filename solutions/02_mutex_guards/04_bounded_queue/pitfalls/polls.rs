// Pitfall: `pop` lets go, lets others run, and looks again: it waits without sleeping.
// Caught by: sleep::whoever_waits_sleeps
// Because: waits without sleeping
// Lesson: It finds every item, and is awake all night for it: to wait is to sleep until somebody who has changed something wakes you.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::sync::PoisonError;

use crate::sync::{Condvar, Mutex, MutexGuard, thread};

/// A first-in first-out queue for many threads that never holds more than it was told to.
///
/// [`push`](Self::push) waits while the queue is full, [`pop`](Self::pop) while it is empty, and
/// [`close`](Self::close) ends both waits. What was accepted before the close is still delivered.
///
/// | | open | closed |
/// |---|---|---|
/// | empty | `pop` waits, `push` succeeds | `pop` says `None`, `push` is refused |
/// | some items | both succeed | `pop` succeeds, `push` is refused |
/// | full | `pop` succeeds, `push` waits | `pop` succeeds, `push` is refused |
///
/// # Ordering
///
/// Everything a thread did before it pushed an item happens before everything the thread that pops this item
/// does with it.
///
/// # Examples
///
/// ```
/// use bounded_queue::BoundedQueue;
///
/// let queue = BoundedQueue::new(2);
/// queue.push("one").unwrap();
/// queue.push("two").unwrap();
/// queue.close();
/// assert_eq!(queue.push("three").unwrap_err().into_inner(), "three");
/// assert_eq!(queue.pop(), Some("one"));
/// assert_eq!(queue.pop(), Some("two"));
/// assert_eq!(queue.pop(), None);
/// ```
pub struct BoundedQueue<T> {
    /// All that a waiting thread looks at is in here: it changes only under the lock.
    state: Mutex<State<T>>,
    /// Where `pop` waits: notified when an item comes, and on close.
    not_empty: Condvar,
    /// Where `push` waits: notified when an item goes, and on close.
    not_full: Condvar,
    capacity: usize,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedQueue<T> {
    /// Makes an open, empty queue for at most `capacity` items.
    ///
    /// # Panics
    ///
    /// Panics if `capacity` is 0: nothing could ever be pushed.
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a queue needs room for at least one item");
        Self {
            state: Mutex::new(State {
                items: VecDeque::with_capacity(capacity),
                closed: false,
            }),
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
            capacity,
        }
    }

    // ANCHOR: push
    /// Adds an item at the end, waiting for as long as the queue is full.
    ///
    /// # Errors
    ///
    /// [`Closed`], with the item, if the queue is closed or is closed while this waits.
    pub fn push(&self, item: T) -> Result<(), Closed<T>> {
        let mut state = self.lock();
        while state.items.len() == self.capacity && !state.closed {
            state = wait(&self.not_full, state);
        }
        if state.closed {
            return Err(Closed { item });
        }
        state.items.push_back(item);
        drop(state);
        // One item has come: one `pop` can go on.
        self.not_empty.notify_one();
        Ok(())
    }
    // ANCHOR_END: push

    // ANCHOR: pop
    /// Takes the item at the front, waiting for as long as the queue is empty and open.
    ///
    /// `None` means the end: the queue is closed, and every item has been delivered.
    pub fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        while state.items.is_empty() && !state.closed {
            drop(state);
            thread::yield_now();
            state = self.lock();
        }
        let item = state.items.pop_front()?;
        drop(state);
        // One item has gone: one `push` can go on.
        self.not_full.notify_one();
        Some(item)
    }
    // ANCHOR_END: pop

    /// Adds an item at the end if there is room; never waits for room.
    ///
    /// # Errors
    ///
    /// [`TryPushError`], with the item, if the queue is full or closed.
    pub fn try_push(&self, item: T) -> Result<(), TryPushError<T>> {
        let mut state = self.lock();
        if state.closed {
            return Err(TryPushError::Closed(item));
        }
        if state.items.len() == self.capacity {
            return Err(TryPushError::Full(item));
        }
        state.items.push_back(item);
        drop(state);
        self.not_empty.notify_one();
        Ok(())
    }

    /// Takes the item at the front if there is one; never waits for one.
    ///
    /// # Errors
    ///
    /// [`TryPopError`], which says whether it is worth trying again.
    pub fn try_pop(&self) -> Result<T, TryPopError> {
        let mut state = self.lock();
        match state.items.pop_front() {
            Some(item) => {
                drop(state);
                self.not_full.notify_one();
                Ok(item)
            }
            None if state.closed => Err(TryPopError::Closed),
            None => Err(TryPopError::Empty),
        }
    }

    // ANCHOR: close
    /// Closes the queue: no more items come in, and nobody waits any longer. Closing twice is closing once.
    pub fn close(&self) {
        self.lock().closed = true;
        // Every waiting thread can go on, for none of them has anything left to wait for.
        self.not_empty.notify_all();
        self.not_full.notify_all();
    }
    // ANCHOR_END: close

    /// How many items are in the queue: a snapshot, which may be old by the time you look at it.
    pub fn len(&self) -> usize {
        self.lock().items.len()
    }

    /// Whether the queue is empty, by the same snapshot.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // ANCHOR: lock
    /// Given: locks the state.
    #[track_caller] // a report should name the line that locks, and not this one
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // A panic inside cannot leave the state torn: each critical section changes it by one call, which
        // happens or does not. So the warning of a poisoned lock does not concern us.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    // ANCHOR_END: lock
}

// ANCHOR: wait
/// Given: unlocks, sleeps until `condvar` is notified, and locks again.
///
/// The unlocking and the falling asleep are one step: a notification in between is not lost. The waking up and
/// the locking are not: others may come first. It may also wake up without any notification.
#[track_caller] // as `lock`
fn wait<'a, T>(condvar: &Condvar, state: MutexGuard<'a, State<T>>) -> MutexGuard<'a, State<T>> {
    condvar.wait(state).unwrap_or_else(PoisonError::into_inner) // as in `lock`
}
// ANCHOR_END: wait

/// A refused push: the queue is closed. The item is inside.
#[derive(PartialEq, Eq)]
pub struct Closed<T> {
    item: T,
}

impl<T> Closed<T> {
    /// Takes the item back.
    pub fn into_inner(self) -> T {
        self.item
    }
}

/// A refused [`try_push`](BoundedQueue::try_push). The item is inside.
#[derive(PartialEq, Eq)]
pub enum TryPushError<T> {
    /// There is no room now; there may be later.
    Full(T),
    /// There will be no room any more.
    Closed(T),
}

/// Why [`try_pop`](BoundedQueue::try_pop) has nothing to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryPopError {
    /// There is no item now; there may be one later.
    Empty,
    /// There will be no item any more.
    Closed,
}

impl<T> fmt::Debug for Closed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Closed(..)")
    }
}

impl<T> fmt::Display for Closed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the queue is closed")
    }
}

impl<T> Error for Closed<T> {}

impl<T> fmt::Debug for TryPushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "Full(..)",
            Self::Closed(_) => "Closed(..)",
        })
    }
}

impl<T> fmt::Display for TryPushError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "the queue is full",
            Self::Closed(_) => "the queue is closed",
        })
    }
}

impl<T> Error for TryPushError<T> {}

impl fmt::Display for TryPopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the queue is empty",
            Self::Closed => "the queue is closed and empty",
        })
    }
}

impl Error for TryPopError {}
