// Pitfall: the first to swap `ready` makes the value; a mutex is not needed.
// Caught by: models::of_two_that_come_at_once_one_makes_it
// Because: data race
// Lesson: One flag cannot say both "somebody is making it" and "it is there": who comes second takes the first for the second, and reads what is not there.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::sync::Mutex;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::cell::UnsafeCell;

/// A value that is made once, by whoever needs it first. Whoever comes later reads it without a lock.
///
/// | `ready` | `value` | who may touch it |
/// |---|---|---|
/// | `false` | `None` | the one thread that holds `initialising`: to write |
/// | `true` | `Some`, and it stays | everybody: to read |
///
/// # Ordering
///
/// Everything the thread that made the value did before happens before everything that another thread does after
/// it has got a reference to it.
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
pub struct OnceLock<T> {
    /// The way of those who only read: whether the value is there.
    ready: AtomicBool,
    /// The way of those who may have to make it: one at a time.
    initialising: Mutex<()>,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: a shared `OnceLock<T>` lends `&T` to several threads at once, which `T: Sync` allows. And a value may
// be made on one thread and dropped on another, which `T: Send` allows. Nobody has `&mut T` meanwhile: the value
// is written once, under `initialising`, before `ready` lets anybody read it.
unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}

// A panic in `init` leaves the lock as it was, so whoever catches it may go on using the lock.
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
    /// The value, if it is there. Never waits, also while somebody is making it.
    pub fn get(&self) -> Option<&T> {
        // Acquire pairs with the Release store in `initialise`: who sees `true` sees the value.
        if !self.ready.load(Ordering::Acquire) {
            return None;
        }
        // SAFETY:
        // - valid: the value lives as long as the lock, which is borrowed;
        // - nobody writes it: that was done, once, before `ready` became true.
        self.value.with(|value| unsafe { &*value }).as_ref()
    }
    // ANCHOR_END: get

    // ANCHOR: get_or_init
    /// The value. If it is not there, `init` makes it; of several that come at once, one does, and the others wait.
    ///
    /// # Blocking
    ///
    /// Waits while another thread makes the value. An `init` that asks the same lock for its value waits for
    /// itself, or panics, as a second `lock` of the same mutex does.
    ///
    /// # Panics
    ///
    /// Panics where `init` does. The lock is as empty as before, and the next caller tries again.
    pub fn get_or_init(&self, init: impl FnOnce() -> T) -> &T {
        if let Some(value) = self.get() {
            return value;
        }
        self.initialise(init);
        self.get().expect("whoever has initialised, it is there")
    }
    // ANCHOR_END: get_or_init

    // ANCHOR: initialise
    /// Makes the value, unless somebody else has.
    #[cold]
    fn initialise(&self, init: impl FnOnce() -> T) {
        if self.ready.swap(true, Ordering::AcqRel) {
            return;
        }
        let value = init();
        // SAFETY: only who has changed `ready` from false to true writes.
        self.value.with_mut(|slot| unsafe { *slot = Some(value) });
    }
    // ANCHOR_END: initialise

    // ANCHOR: set
    /// Puts a value in, if there is none. Waits while another thread makes one.
    ///
    /// # Errors
    ///
    /// The value comes back if there was one already, or somebody else was faster.
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.get_or_init(|| value.take().expect("`init` runs once"));
        match value {
            None => Ok(()),
            Some(refused) => Err(refused),
        }
    }
    // ANCHOR_END: set

    /// The value, if it is there, to change it. Owning the lock proves that nobody reads it.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut().as_mut()
    }

    /// Takes the value out, by the same proof.
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
