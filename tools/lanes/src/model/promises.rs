//! Promises of progress, which no test on real threads can check: what happens if a thread stops, and never goes on?
//!
//! The system may interrupt a thread anywhere, for as long as it likes. So a promise has to be kept before each of a thread's
//! steps.

use explorer::Promise;

use super::Model;
use crate::context;

/// As [`model`](crate::model()), and expects that `program` is lock-free: wherever one of its threads stops for ever, all others
/// end.
///
/// What holds others up is a lock in disguise: a `Mutex`, a spin lock, a queue whose `pop` waits for a `push` that has begun and
/// not ended. To join a thread is no wait, so the program may join those that it starts.
///
/// The promise is that of the *program*, for as many calls as it makes. A call that waits by design, for an item, say, has no place
/// in it.
///
/// # Panics
///
/// As [`model`](crate::model()); and with the kind [`Waits`](crate::Kind::Waits) if a thread stops in vain.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
/// use lanes::sync::thread;
///
/// lanes::lock_free(|| {
///     let max = Arc::new(AtomicU32::new(0));
///     let raise = |max: &AtomicU32, to: u32| {
///         let mut seen = max.load(Relaxed);
///         while seen < to {
///             match max.compare_exchange(seen, to, Relaxed, Relaxed) {
///                 Ok(_) => return,
///                 Err(newer) => seen = newer,
///             }
///         }
///     };
///     let other = thread::spawn({
///         let max = Arc::clone(&max);
///         move || raise(&max, 1)
///     });
///     raise(&max, 2);
///     other.join().unwrap();
/// });
/// ```
pub fn lock_free(program: impl Fn() + Send + Sync + 'static) {
    Model::new().lock_free().check(program);
}

/// As [`model`](crate::model()), and expects that no thread of `program` ever needs another one to go on: it takes no lock that is
/// held, does not sleep, and does not go round until another one has done something. To join a thread is no wait.
///
/// A loop that tries again because another thread was faster does not wait: had it been alone, it would have come through. Whether it
/// comes through in so many steps is what [`own_steps`] counts.
///
/// # Panics
///
/// As [`model`](crate::model()); and with the kind [`Waits`](crate::Kind::Waits) if a thread waits.
pub fn never_waits(program: impl Fn() + Send + Sync + 'static) {
    Model::new().never_waits().check(program);
}

/// Runs `call` in a model, and counts the steps that the calling thread takes in it: accesses to atomics, cells and locks, fences
/// and the like. A step is counted when it begins.
///
/// A call is *wait-free* if there is a number that it never takes more steps than, whatever the others do. So in a model it must
/// not take more than it does alone but for the steps by which it helps:
///
/// ```
/// use std::sync::Arc;
///
/// use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
/// use lanes::sync::thread;
///
/// lanes::never_waits(|| {
///     let hits = Arc::new(AtomicU32::new(0));
///     let other = thread::spawn({
///         let hits = Arc::clone(&hits);
///         move || hits.fetch_add(1, Relaxed)
///     });
///     let (_, steps) = lanes::own_steps(|| hits.fetch_add(1, Relaxed));
///     assert_eq!(steps, 1, "whatever the other thread does");
///     other.join().unwrap();
/// });
/// ```
pub fn own_steps<R>(call: impl FnOnce() -> R) -> (R, u32) {
    let before = context::own_steps();
    let result = call();
    (result, context::own_steps() - before)
}

impl Model {
    /// Expects what [`lock_free`] does.
    pub fn lock_free(mut self) -> Self {
        self.settings.promise = Promise::LockFree;
        self
    }

    /// Expects what [`never_waits`] does.
    pub fn never_waits(mut self) -> Self {
        self.settings.promise = Promise::NeverWaits;
        self
    }
}
