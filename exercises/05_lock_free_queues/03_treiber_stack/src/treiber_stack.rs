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
        todo!(
            "make a node, let it lead to the one on top, and swing `head` to it, if that is still on top"
        )
    }
    // ANCHOR_END: push

    // ANCHOR: pop
    /// Pops the top item, if there is one. Never blocks.
    pub fn pop(&self) -> Option<T> {
        todo!("swing `head` to the second node, take the item, and retire the first node")
    }
    // ANCHOR_END: pop
}

// ANCHOR: drop
impl<T> Drop for TreiberStack<T> {
    /// Drops the remaining items, from the top. If a destructor panics, the
    /// others still run.
    fn drop(&mut self) {
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !std::thread::panicking() {
            todo!("free each node and drop its item, in a loop, and go on if a destructor panics")
        }
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
