use std::fmt;
use std::mem::{self, ManuallyDrop};
use std::ptr;

use crate::sync::atomic::Ordering;
use crate::sync::epoch::{self, Atomic, Owned};

/// A stack for any number of threads: last in, first out.
///
/// It is *lock-free*: a call retries only because another one succeeded, so some thread always
/// makes progress. The algorithm is R. K. Treiber's (*Systems Programming: Coping with
/// Parallelism*, IBM, 1986). Nodes are reclaimed by *epochs* (K. Fraser, *Practical Lock-Freedom*,
/// 2004), with `crossbeam-epoch`.
///
/// # Ordering
///
/// What a thread did before it pushed an item happens before what another does after it popped that
/// item.
///
/// # Examples
///
/// ```
/// use treiber_stack::TreiberStack;
///
/// let stack = TreiberStack::new();
/// std::thread::scope(|scope| {
///     scope.spawn(|| stack.push(1));
///     scope.spawn(|| stack.push(2));
/// });
/// let popped = (stack.pop(), stack.pop(), stack.pop());
/// assert!(popped == (Some(1), Some(2), None) || popped == (Some(2), Some(1), None));
/// ```
///
/// Items move between threads, so they must be `Send`:
///
/// ```compile_fail,E0277
/// use std::rc::Rc;
/// use treiber_stack::TreiberStack;
///
/// let stack = TreiberStack::new();
/// stack.push(Rc::new(1));
/// std::thread::spawn(move || stack.pop()); // error[E0277]: `Rc<i32>` cannot be sent between threads safely
/// ```
///
/// A stack for items that live for ever is none for items that live less long, which would come out as if they did:
///
/// ```compile_fail
/// # use treiber_stack::TreiberStack;
/// fn shorten<'l, 'v>(stack: &'l TreiberStack<&'static str>) -> &'l TreiberStack<&'v str> {
///     stack // error: lifetime may not live long enough
/// }
/// ```
// ANCHOR: stack
pub struct TreiberStack<T> {
    /// The top node, or null.
    head: Atomic<Node<T>>,
}

/// A node. Immutable once it is published.
struct Node<T> {
    /// Moved out by the thread that unlinks the node. Freeing the node does not
    /// drop it.
    item: ManuallyDrop<T>,
    /// The node below, or null.
    next: Atomic<Node<T>>,
}
// ANCHOR_END: stack

// SAFETY: items are pushed on one thread and popped on another: `T: Send`. They are never shared,
// so `T: Sync` is not required. Nodes may be freed on any thread, which drops no item.
unsafe impl<T: Send> Send for TreiberStack<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for TreiberStack<T> {}

impl<T> TreiberStack<T> {
    /// An empty stack.
    pub fn new() -> Self {
        Self {
            head: Atomic::null(),
        }
    }

    // ANCHOR: push
    /// Pushes an item. Never blocks.
    pub fn push(&self, item: T) {
        let mut node = Owned::new(Node {
            item: ManuallyDrop::new(item),
            next: Atomic::null(),
        });
        let guard = epoch::pin();
        // Relaxed: we dereference no node but our own.
        let mut head = self.head.load(Ordering::Relaxed, &guard);
        loop {
            // Relaxed: published with the rest of the node, by the Release below.
            node.next.store(head, Ordering::Relaxed);
            // Release pairs with both Acquires in `pop`: the initialisation of the
            // node happens before it is read.
            let swung = self.head.compare_exchange(
                head,
                node,
                Ordering::Release,
                Ordering::Relaxed,
                &guard,
            );
            match swung {
                Ok(_) => return,
                // The top has changed. The error returns our node.
                Err(lost) => (head, node) = (lost.current, lost.new),
            }
        }
    }
    // ANCHOR_END: push

    // ANCHOR: pop
    /// Pops the top item, if there is one. Never blocks.
    pub fn pop(&self) -> Option<T> {
        // Until `guard` is dropped, no node that we can reach is freed.
        let guard = epoch::pin();
        // Acquire pairs with the Release in `push`: we dereference this node.
        let mut head = self.head.load(Ordering::Acquire, &guard);
        loop {
            // SAFETY:
            // - alive: we were pinned when we loaded it from `head`, so it is not
            //   freed before `guard` is dropped;
            // - initialised: we acquired it from `push`; and immutable since.
            let node = unsafe { head.as_ref() }?;
            let next = node.next.load(Ordering::Relaxed, &guard);
            let swung = self.head.compare_exchange(
                head,
                next,
                // Relaxed: we publish nothing of our own. A thread that loads
                // `next` still synchronizes with its `push`: a read-modify-write
                // continues the release sequence.
                Ordering::Relaxed,
                // Acquire, as for the load above: we dereference what is there
                // instead.
                Ordering::Acquire,
                &guard,
            );
            match swung {
                Ok(_) => {
                    // SAFETY: we unlinked the node, which happens once, so the item
                    // is moved out once.
                    let item = unsafe { ptr::read(&*node.item) };
                    // SAFETY:
                    // - unlinked, and never linked again: a thread that pins later
                    //   cannot reach it;
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
impl<T> Drop for TreiberStack<T> {
    /// Drops the remaining items, from the top. If a destructor panics, the
    /// others still run.
    fn drop(&mut self) {
        let mut left = Left {
            top: mem::take(&mut self.head),
        };
        left.drop_all();
    }
}

/// The rest of a stack. A guard: its drop continues where a panic stopped.
struct Left<T> {
    top: Atomic<Node<T>>,
}

impl<T> Left<T> {
    /// Iterative: a recursive drop of a long list would overflow the thread's
    /// stack.
    fn drop_all(&mut self) {
        // SAFETY: exclusively owned: the stack is being dropped, and each node
        // is linked once.
        while let Some(node) = unsafe { mem::take(&mut self.top).try_into_owned() } {
            let Node { item, next } = *node.into_box();
            self.top = next;
            drop(ManuallyDrop::into_inner(item));
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

impl<T> Default for TreiberStack<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for TreiberStack<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TreiberStack").finish_non_exhaustive()
    }
}
