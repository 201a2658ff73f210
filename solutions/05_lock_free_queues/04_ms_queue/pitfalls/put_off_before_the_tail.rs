// Pitfall: pop puts the node off first, and moves the tail away from it then.
// Caught by: models::a_node_is_put_off_when_nobody_can_find_it
// Because: data race on `sentinel`
// Lesson: Put off last. Whoever is pinned after that is not waited for, and must not find the node.

use std::fmt;
use std::mem::{self, MaybeUninit};

use crate::sync::atomic::Ordering;
use crate::sync::cell::UnsafeCell;
use crate::sync::epoch::{self, Atomic, Guard, Owned, Shared};

/// A queue for any number of threads, without a limit: first in, first out.
///
/// Nobody waits for anybody: when a call has to try again, another one has got through meanwhile. That is called
/// *lock-free*. The algorithm is that of M. M. Michael and M. L. Scott (*Simple, Fast, and Practical Non-Blocking and
/// Blocking Concurrent Queue Algorithms*, PODC 1996). Nodes are freed by *epochs*, by way of `crossbeam-epoch`.
///
/// # Ordering
///
/// What a thread did before it pushed an item happens before what another does after it has popped that item.
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
/// Items go from thread to thread, so they have to be `Send`:
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
/// | nodes, from `head` | what lies there |
/// |---|---|
/// | the first: the *sentinel* | nothing, or what has been taken out already |
/// | all others | an item each, the oldest first |
///
/// `tail` is at the last node, or behind: at one that is still to come after `head`, or at `head`.
// ANCHOR: queue
pub struct MsQueue<T> {
    /// The sentinel. The oldest item lies in the node after it.
    head: Atomic<Node<T>>,
    /// The last node, or one before it. Never one before `head`.
    tail: Atomic<Node<T>>,
}

/// What an item lies in.
struct Node<T> {
    /// Moved out when the node before goes, and this one becomes the sentinel.
    item: UnsafeCell<MaybeUninit<T>>,
    /// The node after, or null in the last one. Changes once.
    next: Atomic<Node<T>>,
}
// ANCHOR_END: queue

// SAFETY: items go in on one thread and come out on another: `T: Send`. No two threads look at one item, so `T: Sync`
// is not needed. Nodes are freed on any thread, which drops no item.
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
        // SAFETY: nobody else knows of these pointers.
        let guard = unsafe { epoch::unprotected() };
        let sentinel = sentinel.into_shared(guard);
        Self {
            head: Atomic::from(sentinel),
            tail: Atomic::from(sentinel),
        }
    }

    // ANCHOR: push
    /// Puts an item in at the end. Never waits.
    pub fn push(&self, item: T) {
        let mut node = Owned::new(Node {
            item: UnsafeCell::new(MaybeUninit::new(item)),
            next: Atomic::null(),
        });
        let guard = epoch::pin();
        loop {
            // Acquire pairs with the Releases in `swing_tail`: we are going to look into that node.
            let tail = self.tail.load(Ordering::Acquire, &guard);
            // SAFETY: never null; we were pinned when we read it in `tail`, and `pop` frees no node that `tail` is at.
            let last = unsafe { tail.deref() };
            // Release pairs with the Acquires of `next`: who finds the node finds all of it. Acquire on failure: we
            // hand on what we find.
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
                // Another has linked a node there, and may be asleep. We help, and try again.
                Err(lost) => {
                    self.swing_tail(tail, lost.current, &guard);
                    node = lost.new;
                }
            }
        }
    }

    /// Moves `tail` one node on, if nobody has done so.
    fn swing_tail(&self, from: Shared<'_, Node<T>>, to: Shared<'_, Node<T>>, guard: &Guard) {
        // Release pairs with the Acquire loads of `tail`: who finds the node there finds all of it. If it fails,
        // another has done it.
        let _ = self
            .tail
            .compare_exchange(from, to, Ordering::Release, Ordering::Relaxed, guard);
    }
    // ANCHOR_END: push

    // ANCHOR: pop
    /// Takes the oldest item out, if there is one. Never waits.
    pub fn pop(&self) -> Option<T> {
        let guard = epoch::pin();
        // Acquire pairs with the Release in the exchange below: we are going to look into that node.
        let mut head = self.head.load(Ordering::Acquire, &guard);
        loop {
            // SAFETY: never null; and we were pinned when we read it in `head`.
            let sentinel = unsafe { head.deref() };
            // Acquire pairs with the Release in `push`: there is an item in that node, and we see it.
            let next = sentinel.next.load(Ordering::Acquire, &guard);
            // SAFETY: it came after the sentinel while we were pinned, so it is not freed before `guard` goes.
            let node = unsafe { next.as_ref() }?;
            let swung = self.head.compare_exchange(
                head,
                next,
                // Whoever finds `next` here sees all of it, as we do.
                Ordering::Release,
                Ordering::Acquire,
                &guard,
            );
            match swung {
                Ok(_) => {
                    // SAFETY: `next` was made the sentinel by us, and by nobody else: its item is ours.
                    let item = node.item.with(|place| unsafe { place.cast::<T>().read() });
                    // SAFETY:
                    // - it is out: `head` and `tail` are at later nodes for ever, so who is pinned from now on does
                    //   not find it;
                    // - nobody else has taken it out, so it is freed once;
                    // - on any thread and at any time: that drops no `T`.
                    unsafe { guard.defer_destroy(head) };
                    if self.tail.load(Ordering::Relaxed, &guard) == head {
                        self.swing_tail(head, next, &guard);
                    }
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
    /// Drops what was pushed and never popped, oldest first. If a destructor panics, the others run all the same.
    fn drop(&mut self) {
        // SAFETY: the queue is being dropped, so nobody looks at its nodes. `head` is never null.
        let sentinel = unsafe { mem::take(&mut self.head).into_owned() };
        // There is no item in it.
        let Node { next, .. } = *sentinel.into_box();
        let mut left = Left { first: next };
        left.drop_all();
    }
}

/// What is left of a queue. A guard: it goes on where a panic has stopped it.
struct Left<T> {
    first: Atomic<Node<T>>,
}

impl<T> Left<T> {
    /// In a loop. Nodes that drop their next one would use up the thread's stack.
    fn drop_all(&mut self) {
        // SAFETY: as in `MsQueue::drop`; and each node is in it once.
        while let Some(node) = unsafe { mem::take(&mut self.first).try_into_owned() } {
            let Node { item, next } = *node.into_box();
            self.first = next;
            // SAFETY: in every node after the sentinel lies an item.
            drop(unsafe { item.into_inner().assume_init() });
        }
    }
}

impl<T> Drop for Left<T> {
    /// Finds nothing, unless a destructor has panicked. A second panic aborts, as anywhere.
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
