use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::{Mutex, PoisonError};

/// A value that is made once, by the first caller that needs it. Later callers read it without a
/// lock.
///
/// | `ready` | `value` | access |
/// |---|---|---|
/// | `false` | `None` | exclusive: the holder of `initialising` may write |
/// | `true` | `Some`, and immutable | shared: all threads may read |
///
/// # Ordering
///
/// Everything that the initialising thread did before it made the value happens before everything
/// that a thread does with a reference to it.
///
/// # Examples
///
/// ```
/// use once_lock::OnceLock;
///
/// let settings = OnceLock::new();
/// assert_eq!(settings.get(), None);
/// assert_eq!(settings.get_or_init(|| "read from a file"), &"read from a file");
/// assert_eq!(settings.get_or_init(|| "read again"), &"read from a file");
/// ```
///
/// A reference does not outlive the lock:
///
/// ```compile_fail
/// let lock = once_lock::OnceLock::new();
/// let value = lock.get_or_init(|| 7);
/// drop(lock); // error[E0505]: cannot move out of `lock` because it is borrowed
/// println!("{value}");
/// ```
///
/// And a lock for values that live long is none for values that live less long, which would stay in it when what they borrow
/// is gone:
///
/// ```compile_fail
/// # use once_lock::OnceLock;
/// fn shorten<'l, 'v>(lock: &'l OnceLock<&'static str>) -> &'l OnceLock<&'v str> {
///     lock // error: lifetime may not live long enough
/// }
/// ```
pub struct OnceLock<T> {
    /// The fast path: whether the value may be read.
    ready: AtomicBool,
    /// The slow path: serialises the threads that may have to make it.
    initialising: Mutex<()>,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: a shared `OnceLock<T>`
// - lends `&T` to several threads at once, hence `T: Sync`;
// - may be initialised on one thread and dropped on another, hence `T: Send`;
// - never aliases a write: the value is written once, under `initialising`, which happens before
//   every read.
unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}

// A panic in `init` leaves the lock empty, so it may be used after `catch_unwind`.
impl<T: UnwindSafe + RefUnwindSafe> RefUnwindSafe for OnceLock<T> {}

impl<T> OnceLock<T> {
    /// Makes an empty lock.
    pub fn new() -> Self {
        Self {
            ready: AtomicBool::new(false),
            initialising: Mutex::new(()),
            value: UnsafeCell::new(None),
        }
    }

    // ANCHOR: get
    /// The value, if it has been made. Never blocks, even while another thread is
    /// making it.
    pub fn get(&self) -> Option<&T> {
        // Acquire pairs with the Release store in `initialise`: the write of the
        // value happens before our reads.
        if !self.ready.load(Ordering::Acquire) {
            return None;
        }
        // SAFETY:
        // - valid: the returned reference borrows the lock, which owns the value;
        // - no aliasing write: the only write happened before `ready` became true.
        self.value.with(|value| unsafe { &*value }).as_ref()
    }
    // ANCHOR_END: get

    // ANCHOR: get_or_init
    /// The value. If there is none, `init` makes it; of several concurrent callers
    /// one runs its `init`, and the others wait.
    ///
    /// # Blocking
    ///
    /// Blocks while another thread makes the value. An `init` that calls
    /// `get_or_init` on the same lock deadlocks or panics, as locking a mutex twice
    /// does.
    ///
    /// # Panics
    ///
    /// Panics if `init` does. The lock stays empty, and the next caller tries
    /// again.
    pub fn get_or_init(&self, init: impl FnOnce() -> T) -> &T {
        if let Some(value) = self.get() {
            return value;
        }
        self.initialise(init);
        self.get().expect("whoever has initialised, it is there")
    }
    // ANCHOR_END: get_or_init

    // ANCHOR: initialise
    /// Makes the value, unless another thread has.
    #[cold]
    fn initialise(&self, init: impl FnOnce() -> T) {
        // Ignore poison: `value` is written only after `init` has returned, so a
        // panic in `init` tears nothing.
        let _turn = self
            .initialising
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Double-check: another thread may have made it while we waited.
        if self.get().is_some() {
            return;
        }
        let value = init();
        // SAFETY: exclusive access:
        // - no other writer: we hold `initialising`;
        // - no readers: `ready` is false.
        self.value.with_mut(|slot| unsafe { *slot = Some(value) });
        // Release pairs with the Acquire load in `get`.
        self.ready.store(true, Ordering::Release);
    }
    // ANCHOR_END: initialise

    // ANCHOR: set
    /// Sets the value, if there is none. Blocks while another thread makes one.
    ///
    /// # Errors
    ///
    /// Returns the value if the lock was already set, or another thread was faster.
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.get_or_init(|| value.take().expect("`init` runs once"));
        match value {
            None => Ok(()),
            Some(refused) => Err(refused),
        }
    }
    // ANCHOR_END: set

    /// Exclusive access to the value, if there is one. `&mut self` proves that there is no reader.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut().as_mut()
    }

    /// Takes the value out. Owning the lock proves that there is no reader.
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OnceLock").field(&self.get()).finish()
    }
}
