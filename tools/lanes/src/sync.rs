//! What `crate::sync` means in a model: the names of `std`, on types that two engines explore and that remember
//! what happened.
//!
//! Everything here can be used only inside [`lanes::model`](crate::model()) and its relatives, and in a program of which
//! [`explorer`] draws a graph; that has no use for [`LazyLock`], [`OnceLock`], [`Once`], [`thread_local!`], [`epoch`] and watched
//! memory, which live as long as an execution of a model. The differences from `std` are few:
//!
//! - `new` is not `const`, so there are no `static` atomics and locks: use [`LazyLock`], [`thread_local!`]
//!   or an argument. [`OnceLock`] and [`Once`] may be `static`.
//! - Locks are never poisoned. A panic in a model ends it, so no thread would be left to see the poison.
//! - What was made by an execution before, or outside of a model, is refused, with the place where it was made.
//! - A thread that reads an [`RwLock`] may not read it once more before it lets go: `std`'s lock might wait for ever.
//! - [`Arc`] and [`Weak`] are `std`'s own: they cost no step, and a report is shorter without them. Where
//!   the count itself is under test, or where the destructor of what is inside touches shared memory, use
//!   [`tracked`]'s.

pub mod alloc;
pub mod atomic;
mod barrier;
pub mod cell;
mod condvar;
pub mod epoch;
pub mod futex;
pub mod hint;
mod identity;
mod lazy;
pub(crate) mod local;
pub mod mpsc;
mod mutex;
mod name;
mod once;
mod quiet;
mod rwlock;
mod snapshot;
pub mod task;
pub mod thread;
pub mod tracked;
mod watched;

pub use barrier::{Barrier, BarrierWaitResult};
pub use condvar::{Condvar, WaitTimeoutResult};
pub use lazy::LazyLock;
pub use local::{AccessError, LocalKey, thread_local};
pub use mutex::{Mutex, MutexGuard};
pub use name::{Named, Shown, name, note, show};
pub use once::{Once, OnceLock};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
pub use std::sync::{Arc, LockResult, PoisonError, TryLockError, TryLockResult, Weak};

/// Forgets what the execution before has allocated, pinned and deferred.
pub(crate) fn start_execution() {
    alloc::start_execution();
    epoch::start_execution();
    futex::start_execution();
    lazy::start_execution();
    local::start_execution();
    once::start_execution();
    watched::start_execution();
}
