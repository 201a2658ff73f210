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
        let mut node = Owned::new(Node {
            item: UnsafeCell::new(MaybeUninit::new(item)),
            next: Atomic::null(),
        });
        let guard = epoch::pin();
        loop {
            // Acquire pairs with the Release in `swing_tail`: we dereference this
            // node.
            let tail = self.tail.load(Ordering::Acquire, &guard);
            // SAFETY: never null; we were pinned when we loaded it from `tail`, and
            // `pop` retires no node that `tail` points to.
            let last = unsafe { tail.deref() };
            // Release pairs with the Acquire loads of `next`: the initialisation of
            // the node happens before it is read. Acquire on failure: we republish
            // what we find, in `swing_tail`.
            let linked = last.next.compare_exchange(
                Shared::null(),
                node,
                Ordering::Release,
                Ordering::Acquire,
                &guard,
            );
            match linked {
                Ok(new) => {
                    self.swing_tail(tail, new, &guard);
                    return;
                }
                // Another push has linked a node there, and may be preempted. Help
                // it, and retry.
                Err(lost) => {
                    self.swing_tail(tail, lost.current, &guard);
                    node = lost.new;
                }
            }
        }
    }

    /// Advances `tail` by one node, unless another thread has done so.
    fn swing_tail(&self, from: Shared<'_, Node<T>>, to: Shared<'_, Node<T>>, guard: &Guard) {
        // Release pairs with the Acquire load of `tail` in `push`: the node's
        // initialisation happens before it is read. On failure, another thread has
        // done it.
        let _ = self
            .tail
            .compare_exchange(from, to, Ordering::Release, Ordering::Relaxed, guard);
    }
    // ANCHOR_END: push

    // ANCHOR: pop
    /// Pops the oldest item, if there is one. Never blocks.
    pub fn pop(&self) -> Option<T> {
        let guard = epoch::pin();
        // Acquire pairs with the Release of the exchange below: we dereference this
        // node.
        let mut head = self.head.load(Ordering::Acquire, &guard);
        loop {
            // SAFETY: never null, and we were pinned when we loaded it from `head`.
            let sentinel = unsafe { head.deref() };
            // Acquire pairs with the Release in `push`: the node and its item are
            // initialised before our reads.
            let next = sentinel.next.load(Ordering::Acquire, &guard);
            // SAFETY: it followed the sentinel while we were pinned, so it is not
            // freed before `guard` is dropped.
            let node = unsafe { next.as_ref() }?;
            // `tail` must not stay at a node that is about to be retired. Relaxed:
            // we do not dereference it, and cannot miss a lag. `tail` left every
            // node before `head` before `head` moved there, and our Acquire of
            // `head` synchronizes with that move: we read this node or a later one.
            if self.tail.load(Ordering::Relaxed, &guard) == head {
                self.swing_tail(head, next, &guard);
            }
            let swung = self.head.compare_exchange(
                head,
                next,
                // Release: a thread that loads `next` here sees its initialisation,
                // as we do.
                Ordering::Release,
                Ordering::Acquire,
                &guard,
            );
            match swung {
                Ok(_) => {
                    // SAFETY: only our exchange made `next` the sentinel, so its
                    // item is moved out once.
                    let item = node.item.with(|place| unsafe { place.cast::<T>().read() });
                    // SAFETY:
                    // - unlinked: `head` and `tail` are past it for good, so a
                    //   thread that pins later cannot reach it;
                    // - retired once: only we unlinked it;
                    // - may be freed on any thread, at any time: that drops no `T`.
                    unsafe { guard.defer_destroy(head) };
                    return Some(item);
                }
                Err(lost) => head = lost.current,
            }
        }
    }
    // ANCHOR_END: pop
}

// ANCHOR: drop
impl<T> Drop for MsQueue<T> {
    /// Drops the remaining items, oldest first. If a destructor panics, the
    /// others still run.
    fn drop(&mut self) {
        // SAFETY: exclusively owned: the queue is being dropped. `head` is
        // never null.
        let sentinel = unsafe { mem::take(&mut self.head).into_owned() };
        // The sentinel holds no item.
        let Node { next, .. } = *sentinel.into_box();
        let mut left = Left { first: next };
        left.drop_all();
    }
}

/// The rest of a queue. A guard: its drop continues where a panic stopped.
struct Left<T> {
    first: Atomic<Node<T>>,
}

impl<T> Left<T> {
    /// Iterative: a recursive drop of a long list would overflow the thread's
    /// stack.
    fn drop_all(&mut self) {
        // SAFETY: as in `MsQueue::drop`; each node is linked once.
        while let Some(node) = unsafe { mem::take(&mut self.first).try_into_owned() } {
            let Node { item, next } = *node.into_box();
            self.first = next;
            // SAFETY: every node after the sentinel holds an initialised item.
            drop(unsafe { item.into_inner().assume_init() });
        }
    }
}

impl<T> Drop for Left<T> {
    /// A no-op unless a destructor has panicked. A second panic aborts, as
    /// usual.
    fn drop(&mut self) {
        self.drop_all();
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
