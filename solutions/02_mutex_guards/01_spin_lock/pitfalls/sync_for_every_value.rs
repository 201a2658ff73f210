// Pitfall: the lock is `Sync` for every `T`.
// Caught by: behaviour::only_sendable_values_may_be_shared
// Because: two threads would count at once
// Lesson: A lock makes access exclusive, not the value sendable: an `Rc` inside still counts without one.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::hint;

/// A mutual-exclusion lock that waits by spinning.
///
/// | `locked` | meaning |
/// |---|---|
/// | `false` | nobody holds the lock; the next `lock` takes it |
/// | `true` | one [`SpinLockGuard`] is alive, and only through it can the value be reached |
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

// SAFETY: a shared `SpinLock<T>` hands out `&mut T` on whatever thread locks it, one at a time:
// - never two at once: `lock` and `try_lock` make a guard only after changing `locked` from false to true;
// - the value moves between threads that way (as with `mem::replace`), which `T: Send` allows. `T: Sync`
//   is not needed, because no two threads hold a reference at the same time.
unsafe impl<T> Sync for SpinLock<T> {}

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
    /// Burns its processor while it waits. A thread that already holds the lock waits for itself, for ever.
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
        // Acquire pairs with the Release store in `SpinLockGuard::drop`: what the last holder wrote is
        // visible to us. A failed attempt reads nothing that the lock protects, so Relaxed is enough.
        self.locked
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
            .then(|| SpinLockGuard {
                lock: self,
                not_send: PhantomData,
            })
    }
    // ANCHOR_END: lock
}

/// Proof that this thread holds a [`SpinLock`]; unlocks it on drop.
///
/// Stays on the thread that locked: it is not `Send`. Two threads may look through one guard at once if
/// they could share the value itself: it is `Sync` where `T` is. It cannot outlive its lock:
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
/// and whoever does not keep it is warned. Here the warning is an error:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use spin_lock::SpinLock;
/// SpinLock::new(0).lock(); // error: unused `SpinLockGuard` that must be used
/// ```
#[must_use = "a guard that is not bound to a name unlocks at once"]
pub struct SpinLockGuard<'a, T> {
    lock: &'a SpinLock<T>,
    /// A raw pointer is neither `Send` nor `Sync`, and so neither is a type that claims to hold one.
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&SpinLockGuard<T>` gives `&T` through `Deref` and nothing more, so sharing a guard shares a `T`,
// which `T: Sync` allows.
unsafe impl<T: Sync> Sync for SpinLockGuard<'_, T> {}

impl<T> Deref for SpinLockGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: the lock, and the value in it, outlive the guard that borrows it;
        // - no `&mut T` at the same time: this guard is the only one, and it is borrowed for as long as
        //   the reference we return.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> DerefMut for SpinLockGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and this guard is borrowed mutably: no `&T` at the same time either.
        self.lock.value.with_mut(|value| unsafe { &mut *value })
    }
}

// ANCHOR: drop
impl<T> Drop for SpinLockGuard<'_, T> {
    fn drop(&mut self) {
        // Release pairs with the Acquire of the next `try_lock`: it sees all that we wrote.
        self.lock.locked.store(false, Ordering::Release);
    }
}
// ANCHOR_END: drop

impl<T: fmt::Debug> fmt::Debug for SpinLockGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
