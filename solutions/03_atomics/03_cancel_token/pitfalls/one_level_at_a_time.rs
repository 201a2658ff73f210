// Pitfall: to let go of a parent is left to the drop of the parent, inside the drop of the child.
// Caught by: behaviour::a_deep_tree_fits_on_a_small_stack
// Because: the stack was used up
// Lesson: A drop inside a drop inside a drop is a recursion that nobody wrote, and a stack has an end.

use std::collections::BTreeMap;
use std::fmt;
use std::mem;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::tracked::{Arc, Weak};
use crate::sync::{Condvar, Mutex, MutexGuard};

/// Why a token is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Somebody called [`CancelToken::cancel`], and said why.
    Asked(&'static str),
    /// Its deadline has passed, or that of a token above it.
    DeadlinePassed,
    /// A [`DropGuard`] has gone.
    GuardDropped,
}

/// Tells how long ago some fixed moment was.
type Clock = std::sync::Arc<dyn Fn() -> Duration + Send + Sync>;

/// Says, to all who have a clone of it, whether to go on.
///
/// Tokens form a tree: who cancels one cancels all below it, and none above it. There is no way back.
///
/// | `cancelled` | `reason` | children |
/// |---|---|---|
/// | `false` | nobody reads it | registered with their parent |
/// | `true` | written, and never again | cancelled, and registered no longer |
///
/// A deadline needs no timer: whoever looks at a token looks at the clock, and whoever waits wakes up in time.
/// Of several that could end a token, the first to be noticed is its reason.
///
/// # Ordering
///
/// Everything before the call that cancels a token happens before everything after a call that hears of it: asked
/// about this token, or about one below that was cancelled with it.
///
/// # Examples
///
/// ```
/// use cancel_token::{CancelToken, Reason};
///
/// let server = CancelToken::new();
/// let request = server.child();
/// server.cancel("shutting down");
/// assert_eq!(request.reason(), Some(Reason::Asked("shutting down")));
/// ```
#[derive(Clone)]
pub struct CancelToken {
    node: Arc<Node>,
}

// ANCHOR: node
struct Node {
    /// Whether `reason` is there to be read. Set once, under the lock of `children`.
    cancelled: AtomicBool,
    reason: UnsafeCell<Option<Reason>>,
    /// The lock that a waiting thread sleeps with, and the children that have to be told.
    children: Mutex<Children>,
    /// Where `wait` sleeps: notified when this node is cancelled.
    changed: Condvar,
    /// A child keeps the way up alive, so that the way down to it is not cut.
    parent: Option<(Arc<Node>, ChildId)>,
    /// Its own deadline, or that of a node above it, whichever comes first.
    deadline: Option<Duration>,
    clock: Clock,
}

type ChildId = u64;

#[derive(Default)]
struct Children {
    next: ChildId,
    /// Weak: a parent keeps no child alive. Each removes itself when it is dropped.
    alive: BTreeMap<ChildId, Weak<Node>>,
}
// ANCHOR_END: node

// SAFETY: `reason` is all that is not `Sync` by itself:
// - it is written once, under the lock of `children`, while `cancelled` is false;
// - it is read only after `cancelled` was seen to be true, and the flag is set after the writing, with Release.
unsafe impl Sync for Node {}

impl CancelToken {
    /// Makes a token that nobody has cancelled, with none above it.
    pub fn new() -> Self {
        let started = Instant::now();
        Self::with_clock(move || started.elapsed())
    }

    /// As [`new`](Self::new), with a clock for this token and all below it. It tells how long ago some fixed moment
    /// was, never goes back, and leaves these tokens alone: a wait looks at it under their lock.
    pub fn with_clock(clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self {
            node: Arc::new(Node::new(None, None, None, std::sync::Arc::new(clock))),
        }
    }

    /// Makes a token below this one. If this one is cancelled already, so is the child, for the same reason.
    pub fn child(&self) -> Self {
        self.child_until(None)
    }

    /// As [`child`](Self::child), with a deadline: after `timeout` the child is cancelled, if it is not before.
    pub fn child_with_timeout(&self, timeout: Duration) -> Self {
        let now = (self.node.clock)();
        self.child_until(Some(now.saturating_add(timeout)))
    }

    // ANCHOR: child
    fn child_until(&self, deadline: Option<Duration>) -> Self {
        let parent = &self.node;
        let deadline = earlier(parent.deadline, deadline);
        // Looking and registering under one lock: who cancels the parent comes before both, or after both.
        let mut children = parent.lock();
        let reason = parent.published();
        let id = children.next;
        children.next += 1;
        let way_up = Some((Arc::clone(parent), id));
        let clock = std::sync::Arc::clone(&parent.clock);
        let node = Arc::new(Node::new(reason, way_up, deadline, clock));
        if reason.is_none() {
            children.alive.insert(id, Arc::downgrade(&node));
        }
        drop(children);
        Self { node }
    }
    // ANCHOR_END: child

    /// Cancels this token and all below it. If this token is cancelled already, nothing happens, and its first
    /// reason stands.
    ///
    /// A token below that another thread is cancelling at this moment may follow a moment after this returns.
    pub fn cancel(&self, why: &'static str) {
        self.node.cancel(Reason::Asked(why));
    }

    /// Whether this token is cancelled, as [`reason`](Self::reason) sees it.
    pub fn is_cancelled(&self) -> bool {
        self.reason().is_some()
    }

    // ANCHOR: reason
    /// Why this token is cancelled, if it is. Does not wait, and takes a lock only when it notices a deadline.
    pub fn reason(&self) -> Option<Reason> {
        if let Some(reason) = self.node.published() {
            return Some(reason);
        }
        let deadline = self.node.deadline?;
        if (self.node.clock)() < deadline {
            return None;
        }
        // Time is up, and this is how the tokens below hear of it. If somebody was faster, that reason stands.
        self.node.cancel(Reason::DeadlinePassed);
        self.node.published()
    }
    // ANCHOR_END: reason

    /// Waits until this token is cancelled.
    ///
    /// # Blocking
    ///
    /// For ever, if it has no deadline and nobody cancels it.
    pub fn wait(&self) -> Reason {
        self.wait_until(None)
            .expect("a wait without a limit ends when the token is cancelled, and not before")
    }

    /// Waits until this token is cancelled, and for no longer than `timeout`. `None` means that it is not.
    pub fn wait_timeout(&self, timeout: Duration) -> Option<Reason> {
        let now = (self.node.clock)();
        self.wait_until(Some(now.saturating_add(timeout)))
    }

    // ANCHOR: wait
    fn wait_until(&self, limit: Option<Duration>) -> Option<Reason> {
        let node = &self.node;
        let limit = earlier(node.deadline, limit);
        let mut children = node.lock();
        // The flag is set under this lock, so it does not change between the look and the sleep.
        while node.published().is_none() {
            let left = limit.map(|limit| limit.saturating_sub((node.clock)()));
            if left == Some(Duration::ZERO) {
                break;
            }
            children = sleep(&node.changed, children, left);
        }
        drop(children);
        self.reason()
    }
    // ANCHOR_END: wait

    /// A guard that cancels this token when it is dropped.
    pub fn drop_guard(self) -> DropGuard {
        DropGuard { token: Some(self) }
    }

    /// How many tokens are registered below this one, children of children not counted: a snapshot.
    pub fn children(&self) -> usize {
        self.node.lock().alive.len()
    }
}

impl Node {
    fn new(
        reason: Option<Reason>,
        parent: Option<(Arc<Node>, ChildId)>,
        deadline: Option<Duration>,
        clock: Clock,
    ) -> Self {
        Self {
            cancelled: AtomicBool::new(reason.is_some()),
            reason: UnsafeCell::new(reason),
            children: Mutex::new(Children::default()),
            changed: Condvar::new(),
            parent,
            deadline,
            clock,
        }
    }

    // ANCHOR: publish
    /// The reason, if it is there. Needs no lock.
    fn published(&self) -> Option<Reason> {
        // Acquire pairs with the Release in `cancel_alone`: whoever sees the flag sees the reason.
        if !self.cancelled.load(Ordering::Acquire) {
            return None;
        }
        // SAFETY: it was written before the flag was set, and is not written again.
        self.reason.with(|reason| unsafe { *reason })
    }

    /// Cancels this node, unless it is cancelled, and wakes all who wait for it. Returns its children, who have to
    /// be cancelled next.
    fn cancel_alone(&self, reason: Reason) -> Vec<Arc<Node>> {
        let mut children = self.lock();
        if self.published().is_some() {
            return Vec::new();
        }
        self.reason.with_mut(|slot| {
            // SAFETY: the flag is not set, so nobody reads; and nobody else writes, because we hold the lock.
            unsafe { *slot = Some(reason) }
        });
        // Release pairs with the Acquire in `published`. Under the lock, for those who wait and for those who
        // register a child.
        self.cancelled.store(true, Ordering::Release);
        let alive = mem::take(&mut children.alive);
        drop(children);
        self.changed.notify_all();
        // Not under the lock: ours may be the last reference to a child, and its drop locks its parent.
        alive.values().filter_map(Weak::upgrade).collect()
    }
    // ANCHOR_END: publish

    /// Given: cancels this node and all below it. A list and not a recursion: a tree may be deep, a stack is not.
    fn cancel(&self, reason: Reason) {
        let mut left = self.cancel_alone(reason);
        while let Some(node) = left.pop() {
            left.extend(node.cancel_alone(reason));
        }
    }

    /// Given: locks the children.
    #[track_caller] // a report should name the line that locks, and not this one
    fn lock(&self) -> MutexGuard<'_, Children> {
        // Only a clock that panics can poison it, and it changes nothing.
        self.children.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// ANCHOR: drop
impl Drop for Node {
    /// Leaves the parent. Lets go of it, and of all those above that nobody else holds.
    fn drop(&mut self) {
        if let Some((parent, id)) = self.parent.take() {
            parent.lock().alive.remove(&id);
        }
    }
}
// ANCHOR_END: drop

/// Given: unlocks, sleeps until `changed` is notified, or for as long as is `left`, and locks again.
#[track_caller] // as `lock`
fn sleep<'a>(
    changed: &Condvar,
    children: MutexGuard<'a, Children>,
    left: Option<Duration>,
) -> MutexGuard<'a, Children> {
    let slept = match left {
        None => changed.wait(children),
        Some(left) => {
            let slept = changed.wait_timeout(children, left);
            return slept.unwrap_or_else(PoisonError::into_inner).0;
        }
    };
    slept.unwrap_or_else(PoisonError::into_inner)
}

/// Given: the earlier of two moments, if there is one.
fn earlier(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    [one, other].into_iter().flatten().min()
}

/// Cancels a token on drop, on every way out of a scope.
///
/// It has to live to the end of what it guards. One that is thrown away at once is warned of:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// use cancel_token::CancelToken;
///
/// let token = CancelToken::new();
/// token.clone().drop_guard(); // error: unused `DropGuard` that must be used
/// assert!(!token.is_cancelled());
/// ```
#[must_use = "a guard that is not bound to a name cancels at once"]
pub struct DropGuard {
    /// `None` once it is disarmed.
    token: Option<CancelToken>,
}

// ANCHOR: guard
impl DropGuard {
    /// Gives the token back, and cancels nothing.
    pub fn disarm(self) -> CancelToken {
        let mut guard = self;
        guard.token.take().expect("a guard is disarmed once")
    }
}

impl Drop for DropGuard {
    /// Cancels the token, for [`Reason::GuardDropped`].
    fn drop(&mut self) {
        if let Some(token) = &self.token {
            token.node.cancel(Reason::GuardDropped);
        }
    }
}
// ANCHOR_END: guard

impl Default for CancelToken {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelToken")
            .field("reason", &self.node.published())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for DropGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DropGuard").field(&self.token).finish()
    }
}
