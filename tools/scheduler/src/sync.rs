//! What `crate::sync` means in a program under exploration: the names of `std` that the exercises use, on types
//! that stop before every step.
//!
//! Of what `lanes_std::sync` has, these are missing: `RwLock`, `LazyLock`, `thread_local!`, `AtomicPtr` and
//! the narrow integers, `park` and `sleep`, the waits with a time-out, and `alloc`.

pub mod atomic;
pub mod cell;
mod condvar;
pub mod hint;
mod mutex;
pub mod thread;

pub use condvar::Condvar;
pub use mutex::{Mutex, MutexGuard};
pub use std::sync::{Arc, LockResult, PoisonError, TryLockError, TryLockResult, Weak};

use crate::execution::me;
use crate::memory::ObjectId;

/// Something that has a name for the reader.
pub trait Named {
    #[doc(hidden)]
    fn object(&self) -> usize;
}

/// Gives a shared object the name by which the reader knows it, where its line does not say it.
pub fn name<T: Named + ?Sized>(object: &T, name: &'static str) {
    let object: ObjectId = object.object();
    me().execution.state().objects[object].name = name.to_owned();
}
