//! Memory that is freed when no thread can be looking at it any more: a stand-in for `crossbeam-epoch`.
//!
//! A thread that takes a node out of a structure cannot free it at once: another may have read its address a moment
//! ago. So a thread is *pinned* while it looks at nodes, and one that takes a node out *defers* its destruction until
//! all threads that were pinned at that moment have let go. `lanes_std::sync::epoch` is the production crate, which
//! does that without a lock. What is here has the same names, keeps the same contract, and looks for programs that rely
//! on more.
//!
//! - What was deferred is freed **at the earliest moment that the contract allows**: when the last of the threads that
//!   were pinned then lets go. The production crate waits longer. Models explore every order of [`pin`] and
//!   [`Guard::defer_destroy`], so a thread that can be pinned too late to be waited for is.
//! - A node is watched. To reach it after it was freed fails with *use after free*; to free or change it with nothing
//!   that orders another thread's look before it is a data race; never to free it is a leak. Freed memory is not used
//!   again in the same execution, so a wrong program does no harm to the checker.
//! - `pin`, the end of a guard and `defer_destroy` are steps, and their order is an edge: what a thread did before one
//!   of them happens before what another does after a later one. The production crate gives such edges, too, for its
//!   frees. An operation that pins *before* another thread publishes gets none from here, so a missing `Acquire` or
//!   `Release` shows in those schedules.
//!
//! What is not explored: the orderings inside the production crate, for which there is loom's own support there, and
//! how long it waits. What is not here (collectors of one's own, `Owned` with a tag) compiles with the other half only.

mod atomic;
mod owned;
mod shared;
mod slot;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::panic::Location;
use std::rc::Rc;

pub use atomic::{Atomic, CompareExchangeError, Pointer};
pub use owned::Owned;
pub use shared::Shared;

use explorer::raw::{self, Hold};

use crate::context::{self, begin};
use crate::step::{ObjectId, ObjectKind, Op, Site, Step, Value};

/// Keeps the thread pinned: what it has reached through this guard is not freed before the guard is dropped.
///
/// Only what is taken out of a structure while the guard is alive is kept; what was unreachable before may go.
pub struct Guard {
    /// Where it was made. `None` protects nothing.
    site: Option<Site>,
    _stays_on_its_thread: PhantomData<*mut ()>,
}

/// What an execution knows of its threads.
struct Epochs {
    id: ObjectId,
    turn: Turn,
    pinned: Vec<Pinned>,
    /// By thread: how often it has been pinned.
    pins: HashMap<usize, usize>,
    /// By thread: how much it has deferred.
    deferred: HashMap<usize, usize>,
    garbage: Vec<Garbage>,
}

/// Threads pin and defer one after the other, and in every order.
#[derive(Clone)]
enum Turn {
    Loom(Rc<loom::sync::Mutex<()>>),
    /// By the lock of a static.
    Explorer,
}

/// One time that a thread is pinned: which thread, and the how manieth time.
type Pin = (usize, usize);

/// A thread that is pinned, from its first guard to the end of its last.
struct Pinned {
    pin: Pin,
    guards: usize,
}

/// What is to be done when all threads have let go that were pinned when it was deferred.
struct Garbage {
    /// The thread that has deferred it, and the how manieth of that thread.
    name: (usize, usize),
    waits_for: Vec<Pin>,
    /// Never dropped, but called: what is left when an execution has ended is no concern of the next.
    free: ManuallyDrop<Box<dyn FnOnce()>>,
}

thread_local! {
    static EPOCHS: RefCell<Option<Epochs>> = const { RefCell::new(None) };
}

/// Forgets the execution before.
pub(super) fn start_execution() {
    EPOCHS.take();
    slot::start_execution();
}

impl Epochs {
    fn new(site: Site) -> Self {
        let id = context::new_object::<()>(ObjectKind::Epoch, site, Value::Unknown);
        context::name_object(id, "epoch");
        Self {
            id,
            turn: match context::explores() {
                true => Turn::Explorer,
                false => Turn::Loom(Rc::new(loom::sync::Mutex::new(()))),
            },
            pinned: Vec::new(),
            pins: HashMap::new(),
            deferred: HashMap::new(),
            garbage: Vec::new(),
        }
    }

    fn pinned(&mut self, thread: usize) -> Option<&mut Pinned> {
        self.pinned.iter_mut().find(|it| it.pin.0 == thread)
    }

    /// All that can make a difference to another thread.
    fn description(&self) -> Vec<u8> {
        let mut pinned: Vec<Pin> = self.pinned.iter().map(|it| it.pin).collect();
        pinned.sort_unstable();
        let mut garbage: Vec<_> = self
            .garbage
            .iter()
            .map(|it| (it.name, it.waits_for.clone()))
            .collect();
        garbage.sort_unstable();
        format!("{pinned:?} {garbage:?}").into_bytes()
    }
}

/// Stands for an address: there is one epoch for all, as if it were a static.
const EPOCH: usize = 1;

fn with<R>(site: Site, work: impl FnOnce(&mut Epochs) -> R) -> R {
    EPOCHS.with_borrow_mut(|epochs| work(epochs.get_or_insert_with(|| Epochs::new(site))))
}

/// Takes the step `op`, which changes what is known of the threads.
///
/// Each such step receives what those before it have published, and publishes in turn. A thread that lets go does not
/// ask for others to be tried first: what was deferred waits for it, or it does not, and in both cases what it has done
/// happens before the end of that. Only to be pinned before or after something was deferred makes a difference.
fn take_turn<R>(
    op: Op,
    node: Option<ObjectId>,
    site: Site,
    change: impl FnOnce(&mut Epochs) -> R,
) -> R {
    let (id, turn) = with(site, |epochs| (epochs.id, epochs.turn.clone()));
    let step = begin(site, || {
        let mut step = Step::new(op, site).on(node.unwrap_or(id));
        // As a wait, it may touch two objects.
        step.second_object = node.is_some().then_some(id);
        step
    });
    let result = match turn {
        Turn::Explorer => {
            let lock = raw::Lock::of_static(EPOCH);
            lock.lock(Hold::Turn);
            let result = with(site, change);
            let content = raw::content_by(with(site, |epochs| epochs.description()));
            lock.unlock(Hold::Turn, content);
            result
        }
        Turn::Loom(lock) if op == Op::Unpin => {
            loom::stop_exploring();
            drop(lock.lock());
            loom::explore();
            with(site, change)
        }
        Turn::Loom(lock) => {
            drop(lock.lock());
            with(site, change)
        }
    };
    step.end(|_| {});
    result
}

/// Pins the thread.
///
/// A thread that is pinned already stays so until its last guard is dropped.
#[track_caller]
pub fn pin() -> Guard {
    let site = Location::caller();
    if context::unwinding() {
        return Guard::new(None);
    }
    let thread = context::current();
    let again = with(site, |epochs| {
        epochs.pinned(thread).map(|it| it.guards += 1).is_some()
    });
    if !again {
        take_turn(Op::Pin, None, site, |epochs| {
            let times = epochs.pins.entry(thread).or_default();
            *times += 1;
            let pin = (thread, *times);
            epochs.pinned.push(Pinned { pin, guards: 1 });
        });
    }
    Guard::new(Some(site))
}

/// A guard that protects nothing, for when no other thread can reach the structure: in a constructor, or in `drop`.
///
/// What is deferred with it happens at once.
///
/// # Safety
///
/// No other thread may take out, free or change what is reached with it.
pub unsafe fn unprotected() -> &'static Guard {
    struct Shareable(Guard);
    // SAFETY: a guard without a site does nothing, on whatever thread.
    unsafe impl Sync for Shareable {}
    static NO_GUARD: Shareable = Shareable(Guard::new(None));
    &NO_GUARD.0
}

impl Guard {
    const fn new(site: Option<Site>) -> Self {
        Self {
            site,
            _stays_on_its_thread: PhantomData,
        }
    }

    /// Drops the value and frees its memory when no thread can be looking at it any more.
    ///
    /// # Safety
    ///
    /// The value has been taken out: no thread that is pinned from now on can reach it. Nothing else frees it. It may
    /// be dropped on another thread.
    #[track_caller]
    pub unsafe fn defer_destroy<T>(&self, shared: Shared<'_, T>) {
        let site = Location::caller();
        // SAFETY: not freed yet, by the caller's contract, so it is a slot of this execution.
        let node = unsafe { shared.id() };
        // SAFETY:
        // - The pointer is not null, and nothing else frees the value, by the caller's contract.
        // - `defer` calls it once.
        let free = move || unsafe { shared.free(site) };
        // SAFETY: the value may be dropped later and on another thread, by the caller's contract.
        unsafe { self.defer(node, site, free) };
    }

    /// Calls `work` when all that are pinned now have let go.
    ///
    /// # Safety
    ///
    /// `work` may be called on another thread, and after everything has ended that it borrows.
    #[track_caller]
    pub unsafe fn defer_unchecked<R>(&self, work: impl FnOnce() -> R) {
        let free = || drop(work());
        // SAFETY: the caller's contract is the same.
        unsafe { self.defer(None, Location::caller(), free) };
    }

    /// Lets go, and pins again, unless the thread has another guard: what was deferred until then may be freed.
    #[track_caller]
    pub fn repin(&mut self) {
        if self.site.is_some() {
            drop(mem::replace(self, Guard::new(None)));
            *self = pin();
        }
    }

    /// Nothing is to be done: what was deferred is freed at the earliest moment anyway.
    pub fn flush(&self) {}

    /// # Safety
    ///
    /// As for [`Guard::defer_unchecked`].
    unsafe fn defer<'a>(&self, node: Option<ObjectId>, site: Site, free: impl FnOnce() + 'a) {
        if context::unwinding() {
            return;
        }
        if self.site.is_none() {
            return free();
        }
        let free: Box<dyn FnOnce() + 'a> = Box::new(free);
        // SAFETY: the types differ only in the lifetime, and the caller's contract is that `free` may outlive it.
        let free: Box<dyn FnOnce()> = unsafe { mem::transmute(free) };
        let thread = context::current();
        take_turn(Op::Defer, node, site, |epochs| {
            let nth = epochs.deferred.entry(thread).or_default();
            *nth += 1;
            let name = (thread, *nth);
            let mut waits_for: Vec<Pin> = epochs.pinned.iter().map(|it| it.pin).collect();
            waits_for.sort_unstable();
            epochs.garbage.push(Garbage {
                name,
                waits_for,
                free: ManuallyDrop::new(free),
            });
        });
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let Some(site) = self.site.filter(|_| !context::is_over()) else {
            return;
        };
        let thread = context::current();
        let last = with(site, |epochs| {
            let pinned = epochs.pinned(thread).expect("it is pinned");
            pinned.guards -= 1;
            pinned.guards == 0
        });
        if !last {
            return;
        }
        let due = take_turn(Op::Unpin, None, site, |epochs| {
            epochs.pinned.retain(|it| it.pin.0 != thread);
            let still = |pin: &Pin| epochs.pinned.iter().any(|it| it.pin == *pin);
            for garbage in &mut epochs.garbage {
                garbage.waits_for.retain(still);
            }
            let is_due = |garbage: &mut Garbage| garbage.waits_for.is_empty();
            let mut due: Vec<Garbage> = epochs.garbage.extract_if(.., is_due).collect();
            // In the order of what this thread was told of, and not of who came first.
            due.sort_unstable_by_key(|it| it.name);
            due
        });
        for garbage in due {
            ManuallyDrop::into_inner(garbage.free)();
        }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").finish_non_exhaustive()
    }
}
