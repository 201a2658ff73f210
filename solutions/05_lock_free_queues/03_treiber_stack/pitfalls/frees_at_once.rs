// Pitfall: pop frees the node as soon as it has taken it out.
// Caught by: models::the_last_item_has_one_taker
// Because: data race
// Lesson: Out of the structure is not out of everybody's hands: somebody may have read the address a moment ago.

use std::fmt;
use std::mem::{self, ManuallyDrop};
use std::ptr;

use crate::sync::atomic::Ordering;
use crate::sync::epoch::{self, Atomic, Owned};

/// A stack for any number of threads: last in, first out.
///
/// Nobody waits for anybody: when a call has to try again, another one has got through meanwhile. That is called
/// *lock-free*. The algorithm is R. K. Treiber's (*Systems Programming: Coping with Parallelism*, IBM, 1986). Nodes are
/// freed by *epochs* (K. Fraser, *Practical Lock-Freedom*, 2004), by way of `crossbeam-epoch`.
///
/// # Ordering
///
/// What a thread did before it pushed an item happens before what another does after it has popped that item.
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
/// Items go from thread to thread, so they have to be `Send`:
///
/// ```compile_fail,E0277
/// use std::rc::Rc;
/// use treiber_stack::TreiberStack;
///
/// let stack = TreiberStack::new();
/// stack.push(Rc::new(1));
/// std::thread::spawn(move || stack.pop()); // error[E0277]: `Rc<i32>` cannot be sent between threads safely
/// ```
// ANCHOR: stack
pub struct TreiberStack<T> {
    /// The node on top, or null.
    head: Atomic<Node<T>>,
}

/// What an item lies in. Once it is in the stack, nothing in it changes.
struct Node<T> {
    /// Moved out by whoever takes the node out of the stack. Freeing the node does not drop it.
    item: ManuallyDrop<T>,
    /// The node below, or null.
    next: Atomic<Node<T>>,
}
// ANCHOR_END: stack

// SAFETY: items go in on one thread and come out on another: `T: Send`. No two threads look at one item, so `T: Sync`
// is not needed. Nodes are freed on any thread, which drops no item.
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
    /// Puts an item on top. Never waits.
    pub fn push(&self, item: T) {
        let mut node = Owned::new(Node {
            item: ManuallyDrop::new(item),
            next: Atomic::null(),
        });
        let guard = epoch::pin();
        // Relaxed: we look at no node but our own.
        let mut head = self.head.load(Ordering::Relaxed, &guard);
        loop {
            // Relaxed: published with the rest of the node, by the Release below.
            node.next.store(head, Ordering::Relaxed);
            // Release pairs with both Acquires in `pop`: who finds the node finds all of it.
            let swung = self.head.compare_exchange(
                head,
                node,
                Ordering::Release,
                Ordering::Relaxed,
                &guard,
            );
            match swung {
                Ok(_) => return,
                // It is another by now. The error gives us our node back.
                Err(lost) => (head, node) = (lost.current, lost.new),
            }
        }
    }
    // ANCHOR_END: push

    // ANCHOR: pop
    /// Takes the item on top, if there is one. Never waits.
    pub fn pop(&self) -> Option<T> {
        let guard = epoch::pin();
        // Acquire pairs with the Release in `push`: we are going to look into that node.
        let mut head = self.head.load(Ordering::Acquire, &guard);
        loop {
            // SAFETY: we were pinned when we read it in `head`, so it is not freed before `guard` goes; nothing in it
            // changes; and the Acquire has shown us all of it.
            let node = unsafe { head.as_ref() }?;
            let next = node.next.load(Ordering::Relaxed, &guard);
            let swung = self.head.compare_exchange(
                head,
                next,
                // Nothing of ours to publish. Whoever finds `next` sees all of it, for we pass on what its `push` has
                // released: a read-modify-write goes on with a release sequence.
                Ordering::Relaxed,
                // As for the load above: what is there instead, we look into next.
                Ordering::Acquire,
                &guard,
            );
            match swung {
                Ok(_) => {
                    // SAFETY: we have taken the node out. Nobody else does, so nobody else takes the item.
                    let item = unsafe { ptr::read(&*node.item) };
                    // SAFETY: it is out, so nobody finds it.
                    drop(unsafe { head.into_owned() });
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
    /// Drops what was pushed and never popped, from the top. If a destructor panics, the others run all the same.
    fn drop(&mut self) {
        let mut left = Left {
            top: mem::take(&mut self.head),
        };
        left.drop_all();
    }
}

/// What is left of a stack. A guard: it goes on where a panic has stopped it.
struct Left<T> {
    top: Atomic<Node<T>>,
}

impl<T> Left<T> {
    /// In a loop. Nodes that drop their next one would use up the thread's stack.
    fn drop_all(&mut self) {
        // SAFETY: the stack is being dropped, so nobody looks at its nodes; and each is in it once.
        while let Some(node) = unsafe { mem::take(&mut self.top).try_into_owned() } {
            let Node { item, next } = *node.into_box();
            self.top = next;
            drop(ManuallyDrop::into_inner(item));
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
