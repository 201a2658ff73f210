use std::fmt;
use std::mem::{self, MaybeUninit};

use crate::sync::atomic::Ordering;
use crate::sync::cell::UnsafeCell;
use crate::sync::epoch::{self, Atomic, Guard, Owned, Shared};

/// An unbounded queue for any number of threads: first in, first out.
///
/// It is *lock-free*: a call retries only because another one succeeded, so some thread always
/// makes progress. The algorithm is that of M. M. Michael and M. L. Scott (*Simple, Fast, and
/// Practical Non-Blocking and Blocking Concurrent Queue Algorithms*, PODC 1996). Nodes are
/// reclaimed by *epochs*, with `crossbeam-epoch`.
///
/// # Ordering
///
/// What a thread did before it pushed an item happens before what another does after it popped that
/// item.
///
/// # Examples
///
/// ```
/// use ms_queue::MsQueue;
///
/// let queue = MsQueue::new();
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         queue.push(1);
///         queue.push(2);
///     });
/// });
/// assert_eq!(queue.pop(), Some(1));
/// assert_eq!(queue.pop(), Some(2));
/// assert_eq!(queue.pop(), None);
/// ```
///
/// Items move between threads, so they must be `Send`:
///
/// ```compile_fail,E0277
/// use std::rc::Rc;
/// use ms_queue::MsQueue;
///
/// let queue = MsQueue::new();
/// queue.push(Rc::new(1));
/// std::thread::spawn(move || queue.pop()); // error[E0277]: `Rc<i32>` cannot be sent between threads safely
/// ```
///
/// | nodes, from `head` | content |
/// |---|---|
/// | the first: the *sentinel* | uninitialised, or moved out |
/// | all others | an item each, the oldest first |
///
/// `tail` points to the last node or lags behind it, but never behind `head`.
///
/// A queue for items that live for ever is none for items that live less long, which would come out as if they did:
///
/// ```compile_fail
/// # use ms_queue::MsQueue;
/// fn shorten<'l, 'v>(queue: &'l MsQueue<&'static str>) -> &'l MsQueue<&'v str> {
///     queue // error: lifetime may not live long enough
/// }
/// ```
// ANCHOR: queue
pub struct MsQueue<T> {
    /// The sentinel. The oldest item is in the node after it.
    head: Atomic<Node<T>>,
    /// The last node, or one before it. Never one before `head`.
    tail: Atomic<Node<T>>,
}

/// A node.
struct Node<T> {
    /// Moved out when this node becomes the sentinel.
    item: UnsafeCell<MaybeUninit<T>>,
    /// The next node, or null in the last one. Changes once.
    next: Atomic<Node<T>>,
}
// ANCHOR_END: queue

// SAFETY: items are pushed on one thread and popped on another: `T: Send`. They are never shared,
// so `T: Sync` is not required. Nodes may be freed on any thread, which drops no item.
unsafe impl<T: Send> Send for MsQueue<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for MsQueue<T> {}

impl<T> MsQueue<T> {
    /// An empty queue: a sentinel, and nothing after it.
    pub fn new() -> Self {
        let sentinel = Owned::new(Node {
            item: UnsafeCell::new(MaybeUninit::uninit()),
            next: Atomic::null(),
        });
        // SAFETY: the node is not shared yet.
        let guard = unsafe { epoch::unprotected() };
        let sentinel = sentinel.into_shared(guard);
        Self {
            head: Atomic::from(sentinel),
            tail: Atomic::from(sentinel),
        }
    }

    // ANCHOR: push
    /// Pushes an item at the end. Never blocks.
    pub fn push(&self, item: T) {
        todo!(
            "make a node, link it behind the last one, and help `tail` along whenever it is behind"
        )
    }

    /// Advances `tail` by one node, unless another thread has done so.
    fn swing_tail(&self, from: Shared<'_, Node<T>>, to: Shared<'_, Node<T>>, guard: &Guard) {
        todo!("exchange `tail`, if it still is `from`")
    }
    // ANCHOR_END: push

    // ANCHOR: pop
    /// Pops the oldest item, if there is one. Never blocks.
    pub fn pop(&self) -> Option<T> {
        todo!(
            "make the second node the sentinel, take its item, and put off the end of the first node"
        )
    }
    // ANCHOR_END: pop
}

// ANCHOR: drop
impl<T> Drop for MsQueue<T> {
    /// Drops the remaining items, oldest first. If a destructor panics, the
    /// others still run.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            todo!(
                "free the sentinel and each other node, drop the items, and go on if a destructor panics"
            )
        }
    }
}
// ANCHOR_END: drop

impl<T> Default for MsQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for MsQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MsQueue").finish_non_exhaustive()
    }
}
