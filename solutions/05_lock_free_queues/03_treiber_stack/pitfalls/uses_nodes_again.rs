// Pitfall: pop keeps its node for the next push, instead of putting it off.
// Caught by: models::what_was_taken_out_stays_out
// Because: use after free
// Lesson: "The head is what it was" does not mean that nothing has happened. Epochs see to it that no address comes back while somebody compares with it, but only if nodes go through them.

use std::fmt;
use std::mem::{self, MaybeUninit};

use crate::sync::atomic::Ordering;
use crate::sync::cell::UnsafeCell;
use crate::sync::epoch::{self, Atomic, Guard, Owned, Shared};

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
    /// A node that was popped, for the next push: that saves an allocation.
    spare: Atomic<Node<T>>,
}

/// What an item lies in. Once it is in the stack, nothing in it changes.
struct Node<T> {
    item: UnsafeCell<MaybeUninit<T>>,
    /// The node below, or null.
    next: Atomic<Node<T>>,
}
// ANCHOR_END: stack

impl<T> Node<T> {
    fn empty() -> Self {
        Self {
            item: UnsafeCell::new(MaybeUninit::uninit()),
            next: Atomic::null(),
        }
    }
}

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
            spare: Atomic::null(),
        }
    }

    // ANCHOR: push
    /// Puts an item on top. Never waits.
    pub fn push(&self, item: T) {
        let guard = epoch::pin();
        let mut node = self.spare.swap(Shared::null(), Ordering::Acquire, &guard);
        if node.is_null() {
            node = Owned::new(Node::empty()).into_shared(&guard);
        }
        // SAFETY: it was in `spare`, or it is new: it is ours now.
        let fields = unsafe { node.deref() };
        // SAFETY: its item was taken when it was popped. Nobody looks at an item but who pops the node.
        fields
            .item
            .with_mut(|place| unsafe { place.write(MaybeUninit::new(item)) });
        let mut head = self.head.load(Ordering::Relaxed, &guard);
        loop {
            fields.next.store(head, Ordering::Relaxed);
            let swung = self.head.compare_exchange(
                head,
                node,
                Ordering::Release,
                Ordering::Relaxed,
                &guard,
            );
            match swung {
                Ok(_) => return,
                Err(lost) => head = lost.current,
            }
        }
    }
    // ANCHOR_END: push

    /// Takes the item on top, if there is one. Never waits.
    pub fn pop(&self) -> Option<T> {
        let guard = epoch::pin();
        let mut head = self.head.load(Ordering::Acquire, &guard);
        loop {
            // SAFETY: we were pinned when we read it in `head`.
            let node = unsafe { head.as_ref() }?;
            let next = node.next.load(Ordering::Acquire, &guard);
            let swung =
                self.head
                    .compare_exchange(head, next, Ordering::AcqRel, Ordering::Acquire, &guard);
            match swung {
                Ok(_) => {
                    // SAFETY: the node is ours, so its item is.
                    let item = node.item.with(|place| unsafe { place.cast::<T>().read() });
                    self.keep(head, &guard);
                    return Some(item);
                }
                Err(lost) => head = lost.current,
            }
        }
    }

    // ANCHOR: keep
    /// Keeps a node for the next push, if there is none. Otherwise frees it, when nobody looks at it any more.
    fn keep(&self, node: Shared<'_, Node<T>>, guard: &Guard) {
        let none = Shared::null();
        let kept =
            self.spare
                .compare_exchange(none, node, Ordering::Release, Ordering::Relaxed, guard);
        if kept.is_err() {
            // SAFETY: it is out, and in no other place.
            unsafe { guard.defer_destroy(node) };
        }
    }
    // ANCHOR_END: keep
}

// ANCHOR: drop
impl<T> Drop for TreiberStack<T> {
    /// Drops what was pushed and never popped, from the top. If a destructor panics, the others run all the same.
    fn drop(&mut self) {
        let mut left = Left {
            top: mem::take(&mut self.head),
        };
        left.drop_all();
        // SAFETY: as in `drop_all`.
        drop(unsafe { mem::take(&mut self.spare).try_into_owned() });
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
            // SAFETY: an item lies in each node that is in the stack.
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
