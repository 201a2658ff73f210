use std::collections::BTreeMap;
use std::fmt;
use std::mem;
use std::sync::PoisonError;
use std::thread;
use std::time::{Duration, Instant};

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::tracked::{Arc, Weak};
use crate::sync::{Condvar, Mutex, MutexGuard};

/// Why a token is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// [`CancelToken::cancel`] was called, with this reason.
    Asked(&'static str),
    /// Its deadline has passed, or that of a token above it.
    DeadlinePassed,
    /// A [`DropGuard`] was dropped.
    GuardDropped,
}

/// Returns the time elapsed since some fixed moment.
type Clock = std::sync::Arc<dyn Fn() -> Duration + Send + Sync>;

/// A flag, shared by all its clones, that says whether to go on.
///
/// Tokens form a tree: cancelling one cancels all its descendants, and none of its ancestors. It is
/// final.
///
/// | `cancelled` | `reason` | children |
/// |---|---|---|
/// | `false` | not read | registered with their parent |
/// | `true` | written, and immutable | cancelled, and no longer registered |
///
/// A deadline needs no timer: every query reads the clock, and every wait has a timeout. If several
/// causes could cancel a token, the first one noticed is its reason.
///
/// # Ordering
///
/// Everything before the call that cancels a token happens before everything after a call that
/// observes it, on this token or on a descendant that was cancelled with it.
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
    /// Whether `reason` may be read. Set once, under the lock of `children`.
    cancelled: AtomicBool,
    reason: UnsafeCell<Option<Reason>>,
    /// The lock that waiters use with `changed`, and the children to cancel.
    children: Mutex<Children>,
    /// Where `wait` sleeps: notified when this node is cancelled.
    changed: Condvar,
    /// A child keeps its ancestors alive, so that cancellation can reach it.
    parent: Option<(Arc<Node>, ChildId)>,
    /// Its own deadline or an ancestor's, whichever comes first.
    deadline: Option<Duration>,
    clock: Clock,
}

type ChildId = u64;

#[derive(Default)]
struct Children {
    next: ChildId,
    /// Weak: a parent keeps no child alive. A child removes itself on drop.
    alive: BTreeMap<ChildId, Weak<Node>>,
}
// ANCHOR_END: node

// SAFETY: only `reason` is not `Sync` by itself:
// - it is written once, under the lock of `children`, while `cancelled` is false;
// - it is read only after an Acquire load of `cancelled` returned true. The Release store of true
//   comes after the write, so the write happens before every read.
unsafe impl Sync for Node {}

impl CancelToken {
    /// Makes a token that is not cancelled and has no parent.
    pub fn new() -> Self {
        let started = Instant::now();
        Self::with_clock(move || started.elapsed())
    }

    /// As [`new`](Self::new), with a clock for this token and its descendants. It returns the time
    /// elapsed since some fixed moment, never runs backwards, and must not use these tokens: a wait
    /// calls it under their lock.
    pub fn with_clock(clock: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self {
            node: Arc::new(Node::new(None, None, None, std::sync::Arc::new(clock))),
        }
    }

    /// Makes a child of this token. If this token is already cancelled, so is the child, for the
    /// same reason.
    pub fn child(&self) -> Self {
        self.child_until(None)
    }

    /// As [`child`](Self::child), with a deadline: the child is cancelled after `timeout` at the
    /// latest.
    pub fn child_with_timeout(&self, timeout: Duration) -> Self {
        let now = (self.node.clock)();
        self.child_until(Some(now.saturating_add(timeout)))
    }

    // ANCHOR: child
    fn child_until(&self, deadline: Option<Duration>) -> Self {
        todo!(
            "make a child, with the earlier of both deadlines; register it, or let it be born cancelled"
        )
    }
    // ANCHOR_END: child

    /// Cancels this token and its descendants. If this token is already cancelled, this does
    /// nothing, and the first reason stands.
    ///
    /// A descendant that another thread is cancelling concurrently may be cancelled shortly after
    /// this returns.
    pub fn cancel(&self, why: &'static str) {
        self.node.cancel(Reason::Asked(why));
    }

    /// Whether this token is cancelled: whether [`reason`](Self::reason) returns one.
    pub fn is_cancelled(&self) -> bool {
        self.reason().is_some()
    }

    // ANCHOR: reason
    /// Why this token is cancelled, if it is. Takes a lock only when it notices a
    /// deadline.
    pub fn reason(&self) -> Option<Reason> {
        todo!("the reason, if it is there; if not, look at the clock")
    }
    // ANCHOR_END: reason

    /// Waits until this token is cancelled.
    ///
    /// # Blocking
    ///
    /// Forever, if it has no deadline and is never cancelled.
    pub fn wait(&self) -> Reason {
        self.wait_until(None)
            .expect("a wait without a limit ends when the token is cancelled, and not before")
    }

    /// Waits until this token is cancelled, for at most `timeout`. `None` means that it is not
    /// cancelled.
    pub fn wait_timeout(&self, timeout: Duration) -> Option<Reason> {
        let now = (self.node.clock)();
        self.wait_until(Some(now.saturating_add(timeout)))
    }

    // ANCHOR: wait
    fn wait_until(&self, limit: Option<Duration>) -> Option<Reason> {
        todo!("sleep until cancelled, or until the limit or the deadline, whichever comes first")
    }
    // ANCHOR_END: wait

    /// A guard that cancels this token when it is dropped.
    pub fn drop_guard(self) -> DropGuard {
        DropGuard { token: Some(self) }
    }

    /// The number of direct children registered: a snapshot.
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
    /// The reason, if it has been published. Takes no lock.
    fn published(&self) -> Option<Reason> {
        todo!("look at the flag; if it is set, read the reason")
    }

    /// Cancels this node, unless it is cancelled, and wakes its waiters. Returns
    /// its children, which must be cancelled next.
    fn cancel_alone(&self, reason: Reason) -> Vec<Arc<Node>> {
        todo!("write the reason, set the flag, wake those who wait; return the children")
    }
    // ANCHOR_END: publish

    /// Given: cancels this node and its descendants. Iterative: recursion on a deep tree would
    /// overflow the stack.
    fn cancel(&self, reason: Reason) {
        let mut left = self.cancel_alone(reason);
        while let Some(node) = left.pop() {
            left.extend(node.cancel_alone(reason));
        }
    }

    /// Given: locks the children.
    #[track_caller] // a report should name the line that locks, and not this one
    fn lock(&self) -> MutexGuard<'_, Children> {
        // Ignore poison: only the clock can panic under it, and it changes nothing.
        self.children.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// ANCHOR: drop
impl Drop for Node {
    /// Deregisters from the parent, and releases it and every ancestor that has
    /// no other owner.
    fn drop(&mut self) {
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !thread::panicking() && self.parent.is_some() {
            todo!("leave the parent, and let go of it")
        }
    }
}
// ANCHOR_END: drop

/// Given: unlocks, sleeps until `changed` is notified or `left` has elapsed, and locks again.
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

/// Cancels a token on drop, on every exit from a scope.
///
/// It must live to the end of what it guards. Dropping it at once draws a warning, which is an
/// error here:
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
    /// Returns the token without cancelling it.
    pub fn disarm(self) -> CancelToken {
        todo!("give the token back, and leave nothing for the drop to cancel")
    }
}

impl Drop for DropGuard {
    /// Cancels the token, for [`Reason::GuardDropped`].
    fn drop(&mut self) {
        // Replace all of this, as above.
        if !thread::panicking() {
            todo!("cancel the token, unless the guard is disarmed")
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
