use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::{hint, thread};

/// How many `spin_loop`s a patient waiter's longest pause has.
const LONGEST_PAUSE: u32 = 64;

/// A mutual-exclusion lock that waits by spinning.
///
/// | `locked` | meaning |
/// |---|---|
/// | `false` | the lock is free; the next `lock` takes it |
/// | `true` | one [`SpinLockGuard`] is alive, and has exclusive access to the value |
///
/// # Ordering
///
/// Everything the holder did before it unlocked happens before everything the next holder does after it
/// has locked.
///
/// # Examples
///
/// ```
/// use spin_lock::SpinLock;
///
/// let hits = SpinLock::new(0);
/// *hits.lock() += 1;
/// assert_eq!(*hits.lock(), 1);
/// ```
pub struct SpinLock<T> {
    locked: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: a shared `SpinLock<T>` gives `&mut T` to the thread that holds the lock:
// - exclusive: a guard exists only after its `try_lock` changed `locked` from false to true;
// - the holder may move the value to its own thread (as with `mem::replace`), hence `T: Send`.
//   `T: Sync` is not required: no two threads ever hold references at the same time.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// Makes an unlocked lock around `value`.
    pub fn new(value: T) -> Self {
        Self {
            locked: AtomicBool::new(false),
            value: UnsafeCell::new(value),
        }
    }

    /// Takes the value back out. Owning the lock proves that no guard is alive.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> SpinLock<T> {
    // ANCHOR: lock
    /// Takes the lock, spinning for as long as another guard is alive.
    ///
    /// # Blocking
    ///
    /// Busy-waits. A thread that already holds the lock deadlocks.
    pub fn lock(&self) -> SpinLockGuard<'_, T> {
        loop {
            if let Some(guard) = self.try_lock() {
                return guard;
            }
            hint::spin_loop();
        }
    }

    /// Takes the lock if it is free; never waits.
    pub fn try_lock(&self) -> Option<SpinLockGuard<'_, T>> {
        // Acquire pairs with the Release store in `SpinLockGuard::drop`: we see the
        // last holder's writes. Failure accesses nothing protected: Relaxed.
        self.locked
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
            .then(|| SpinLockGuard {
                lock: self,
                not_send: PhantomData,
            })
    }
    // ANCHOR_END: lock

    /// As [`lock`](Self::lock), but leaves the holder in peace while it waits.
    ///
    /// While the lock is taken, it only looks whether it still is. Between two
    /// looks it pauses: for one [`spin_loop`](hint::spin_loop) at first, and for
    /// twice as many each time, up to `LONGEST_PAUSE`. From then on it
    /// [yields](thread::yield_now) between two looks, for the holder may need this
    /// processor.
    ///
    /// # Blocking
    ///
    /// As `lock`.
    // ANCHOR: patient
    pub fn lock_patiently(&self) -> SpinLockGuard<'_, T> {
        let mut pause = 1;
        loop {
            // Relaxed: a look decides nothing. `try_lock` does, and acquires.
            if !self.locked.load(Ordering::Relaxed)
                && let Some(guard) = self.try_lock()
            {
                return guard;
            }
            if pause <= LONGEST_PAUSE {
                for _ in 0..pause {
                    hint::spin_loop();
                }
                pause *= 2;
            } else {
                thread::yield_now();
            }
        }
    }
    // ANCHOR_END: patient
}

/// Proof that this thread holds a [`SpinLock`]; unlocks it on drop.
///
/// Stays on the thread that locked: it is not `Send`. It is `Sync` if `T` is, so threads may share
/// a guard if they may share the value. It cannot outlive its lock:
///
/// ```compile_fail,E0505
/// # use spin_lock::SpinLock;
/// let lock = SpinLock::new(0);
/// let guard = lock.lock();
/// drop(lock); // error[E0505]: cannot move out of `lock` because it is borrowed
/// drop(guard);
/// ```
///
/// nor leave its thread:
///
/// ```compile_fail,E0277
/// # use spin_lock::SpinLock;
/// static LOCK: std::sync::LazyLock<SpinLock<u32>> = std::sync::LazyLock::new(|| SpinLock::new(0));
/// let guard = LOCK.lock();
/// std::thread::spawn(|| drop(guard)); // error[E0277]: `*const ()` cannot be sent between threads safely
/// ```
///
/// nor pass for the guard of a value that lives less long, which could then be written into the lock and outlive what it
/// borrows:
///
/// ```compile_fail
/// # use spin_lock::SpinLockGuard;
/// fn shorten<'l, 'v>(guard: SpinLockGuard<'l, &'static str>) -> SpinLockGuard<'l, &'v str> {
///     guard // error: lifetime may not live long enough
/// }
/// ```
///
/// and not keeping it draws a warning, which is an error here:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use spin_lock::SpinLock;
/// SpinLock::new(0).lock(); // error: unused `SpinLockGuard` that must be used
/// ```
// ANCHOR: guard
#[must_use = "a guard that is not bound to a name unlocks at once"]
pub struct SpinLockGuard<'a, T> {
    lock: &'a SpinLock<T>,
    /// Makes the guard neither `Send` nor `Sync`, as a raw pointer is neither.
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&SpinLockGuard<T>` gives only `&T` (through `Deref`), so sharing a
// guard shares a `T`, which `T: Sync` allows.
unsafe impl<T: Sync> Sync for SpinLockGuard<'_, T> {}
// ANCHOR_END: guard

impl<T> Deref for SpinLockGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: the guard borrows the lock, which owns the value;
        // - no aliasing `&mut T`: this is the only guard alive, and the returned reference borrows
        //   it, so `deref_mut` cannot be called meanwhile.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> DerefMut for SpinLockGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`; the guard is mutably borrowed, so no other reference exists.
        self.lock.value.with_mut(|value| unsafe { &mut *value })
    }
}

// ANCHOR: drop
impl<T> Drop for SpinLockGuard<'_, T> {
    fn drop(&mut self) {
        // Release pairs with the Acquire of the next `try_lock`, which sees our
        // writes.
        self.lock.locked.store(false, Ordering::Release);
    }
}
// ANCHOR_END: drop

impl<T: fmt::Debug> fmt::Debug for SpinLockGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
