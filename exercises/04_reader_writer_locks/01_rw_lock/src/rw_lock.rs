use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use crate::sync::atomic::{AtomicU16, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::hint;

// ANCHOR: states
/// Neither readers nor a writer hold the lock.
const FREE: u16 = 0;
/// The largest number of readers that can be counted.
///
/// 16 bits, so that a test can reach it. 32 bits only take longer.
pub const MAX_READERS: u16 = WRITER - 1;
/// A writer holds the lock.
const WRITER: u16 = u16::MAX;
// ANCHOR_END: states

/// A lock for many readers or one writer, which waits by spinning.
///
/// | `state` | meaning |
/// |---|---|
/// | 0 | the lock is free |
/// | 1 to [`MAX_READERS`] | so many [`ReadGuard`]s are alive |
/// | `u16::MAX` | one [`WriteGuard`] is alive |
///
/// # Ordering
///
/// Everything that was done under a write guard happens before everything that is done under any later guard.
/// Everything that was done under a read guard happens before everything that is done under any later write guard.
/// Read guards order nothing among themselves.
///
/// # Fairness
///
/// None. A writer needs the lock to be free; overlapping readers can starve it. A writer that waits, or was refused, keeps
/// nobody out.
///
/// # Panics
///
/// A panic while a guard is alive unlocks, and does not poison: the value stays as it is.
///
/// # Examples
///
/// ```
/// use rw_lock::RwLock;
///
/// let price = RwLock::new(100);
/// {
///     let (one, two) = (price.read(), price.read());
///     assert_eq!(*one + *two, 200);
///     assert!(price.try_write().is_none());
/// }
/// *price.write() += 5;
/// assert_eq!(*price.read(), 105);
/// ```
pub struct RwLock<T> {
    state: AtomicU16,
    value: UnsafeCell<T>,
}

// SAFETY: a shared `RwLock<T>` gives
// - `&T` to several readers at once: `T: Sync` (a mutex gives one reference at a time, and needs no
//   `Sync`);
// - `&mut T` to the writer, which may move the value to its thread (as with `mem::replace`):
//   `T: Send`;
// - never both at once: `state` either counts the readers or records the writer.
unsafe impl<T: Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// Makes an unlocked lock around `value`.
    pub fn new(value: T) -> Self {
        Self {
            state: AtomicU16::new(FREE),
            value: UnsafeCell::new(value),
        }
    }

    /// Takes the value back out. Owning the lock proves that no guard is alive.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    /// Locks for reading, spinning while a write guard is alive. Other readers do not block it.
    ///
    /// # Blocking
    ///
    /// Busy-waits. A thread that already holds a write guard deadlocks.
    ///
    /// # Panics
    ///
    /// Panics if [`MAX_READERS`] read guards are alive. The lock stays as it is.
    pub fn read(&self) -> ReadGuard<'_, T> {
        todo!("spin until `try_read` lets you in, or until you know that the count is full")
    }

    /// Locks for reading if no write guard is alive; never waits.
    ///
    /// `None` as well if [`MAX_READERS`] read guards are alive.
    // ANCHOR: try_read
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        todo!("count yourself in, if neither a writer nor the last possible reader is in")
    }
    // ANCHOR_END: try_read

    /// Locks for writing, spinning for as long as any other guard is alive.
    ///
    /// # Blocking
    ///
    /// Busy-waits. A thread that already holds a guard of either kind deadlocks.
    pub fn write(&self) -> WriteGuard<'_, T> {
        todo!("spin until `try_write` lets you in")
    }

    /// Locks for writing if no other guard is alive; never waits.
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        todo!("from `FREE` to `WRITER` in one step, and only then a guard")
    }
}

/// Proof that no writer holds the lock: shared access to the value; decrements the count on drop.
///
/// Stays on its thread: it is not `Send`. It is `Sync` if `T` is. It cannot outlive its lock:
///
/// ```compile_fail,E0505
/// # use rw_lock::RwLock;
/// let lock = RwLock::new(0);
/// let guard = lock.read();
/// drop(lock); // error[E0505]: cannot move out of `lock` because it is borrowed
/// drop(guard);
/// ```
///
/// and does not allow writing:
///
/// ```compile_fail,E0594
/// # use rw_lock::RwLock;
/// let lock = RwLock::new(0);
/// *lock.read() += 1; // error[E0594]: cannot assign to data in dereference of `ReadGuard<'_, i32>`
/// ```
///
/// Not keeping it draws a warning, which is an error here:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use rw_lock::RwLock;
/// RwLock::new(0).read(); // error: unused `ReadGuard` that must be used
/// ```
#[must_use = "a guard that is not bound to a name unlocks at once"]
pub struct ReadGuard<'a, T> {
    lock: &'a RwLock<T>,
    /// Makes the guard neither `Send` nor `Sync`, as a raw pointer is neither.
    not_send: PhantomData<*const ()>,
}

/// Proof of exclusive access: lends the value for writing, and unlocks on drop.
///
/// Stays on its thread: it is not `Send`. It is `Sync` if `T` is.
///
/// ```compile_fail,E0277
/// # use rw_lock::RwLock;
/// static LOCK: std::sync::LazyLock<RwLock<u32>> = std::sync::LazyLock::new(|| RwLock::new(0));
/// let guard = LOCK.write();
/// std::thread::spawn(|| drop(guard)); // error[E0277]: `*const ()` cannot be sent between threads safely
/// ```
///
/// It does not pass for the guard of a value that lives less long, which could then be written into the lock and outlive what
/// it borrows:
///
/// ```compile_fail
/// # use rw_lock::WriteGuard;
/// fn shorten<'l, 'v>(guard: WriteGuard<'l, &'static str>) -> WriteGuard<'l, &'v str> {
///     guard // error: lifetime may not live long enough
/// }
/// ```
///
/// The value must be `Send` and `Sync` for threads to share the lock. A mutex would accept a
/// `Cell`:
///
/// ```compile_fail,E0277
/// # use rw_lock::RwLock;
/// # use std::cell::Cell;
/// let lock = RwLock::new(Cell::new(0));
/// std::thread::scope(|s| {
///     s.spawn(|| lock.read().set(1)); // error[E0277]: `Cell<i32>` cannot be shared between threads safely
/// });
/// ```
#[must_use = "a guard that is not bound to a name unlocks at once"]
pub struct WriteGuard<'a, T> {
    lock: &'a RwLock<T>,
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&ReadGuard<T>` gives only `&T` (through `Deref`), so sharing a guard shares a `T`, which
// `T: Sync` allows.
unsafe impl<T: Sync> Sync for ReadGuard<'_, T> {}
// SAFETY: as above: `&mut T` needs a `&mut WriteGuard<T>`.
unsafe impl<T: Sync> Sync for WriteGuard<'_, T> {}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: the guard borrows the lock, which owns the value;
        // - no aliasing `&mut T`: `state` counts this guard, so there is no write guard.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: as above;
        // - no aliasing `&mut T`: this is the only guard of either kind, and the returned reference
        //   borrows it, so `deref_mut` cannot be called meanwhile.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> DerefMut for WriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`; the guard is mutably borrowed, so no other reference exists.
        self.lock.value.with_mut(|value| unsafe { &mut *value })
    }
}

// ANCHOR: drop
impl<T> Drop for ReadGuard<'_, T> {
    fn drop(&mut self) {
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !std::thread::panicking() {
            todo!("one reader less")
        }
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            todo!("unlock, so that the threads that come after you see what you wrote")
        }
    }
}
// ANCHOR_END: drop

impl<T: fmt::Debug> fmt::Debug for ReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for WriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
