use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::sync::PoisonError;

use crate::sync::{Condvar, Mutex, MutexGuard};

/// A bounded first-in, first-out queue for many threads.
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
    /// Everything that a waiter's condition depends on: it changes only under the lock.
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
    /// The capacity is a limit, and no reservation: room is made as items come.
    ///
    /// # Panics
    ///
    /// Panics if `capacity` is 0: nothing could ever be pushed.
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a queue needs room for at least one item");
        Self {
            state: Mutex::new(State {
                items: VecDeque::new(),
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
        todo!("wait while full and open; then refuse, or add the item and wake a `pop`")
    }
    // ANCHOR_END: push

    // ANCHOR: pop
    /// Takes the item at the front, waiting for as long as the queue is empty and open.
    ///
    /// `None` means the end: the queue is closed, and every item has been delivered.
    pub fn pop(&self) -> Option<T> {
        todo!("wait while empty and open; then take the first item, if any, and wake a `push`")
    }
    // ANCHOR_END: pop

    /// Adds an item at the end if there is room; never waits for room.
    ///
    /// # Errors
    ///
    /// [`TryPushError`], with the item, if the queue is full or closed.
    pub fn try_push(&self, item: T) -> Result<(), TryPushError<T>> {
        todo!("as `push`, but say `Full` where `push` would wait")
    }

    /// Takes the item at the front if there is one; never waits for one.
    ///
    /// # Errors
    ///
    /// [`TryPopError`], which says whether it is worth trying again.
    pub fn try_pop(&self) -> Result<T, TryPopError> {
        todo!("as `pop`, but say `Empty` where `pop` would wait")
    }

    // ANCHOR: close
    /// Closes the queue: no more items are accepted, and all waiters wake.
    /// Idempotent.
    pub fn close(&self) {
        todo!("close, and wake every thread that has nothing left to wait for")
    }
    // ANCHOR_END: close

    /// How many items are in the queue: a snapshot, which may be stale by the time you use it.
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
        // Ignore poison: each critical section changes the state by a single call,
        // so a panic cannot leave it torn.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    // ANCHOR_END: lock
}

// ANCHOR: wait
/// Given: unlocks, sleeps until `condvar` is notified, and locks again.
///
/// Unlocking and going to sleep are atomic: no notification in between is lost.
/// Waking up and relocking are not: other threads may take the lock first.
/// Wake-ups may also be spurious.
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
    /// There is no room now, but there may be later.
    Full(T),
    /// There will never be room again.
    Closed(T),
}

/// Why [`try_pop`](BoundedQueue::try_pop) returned no item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryPopError {
    /// There is no item now, but there may be one later.
    Empty,
    /// There will never be an item again.
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
