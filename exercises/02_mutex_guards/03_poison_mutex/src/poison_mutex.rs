use std::error::Error;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::thread;

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::hint;

/// A mutex that remembers a panic in a critical section.
///
/// A panic in a critical section unlocks like any other exit, but may leave the value half changed.
/// So it *poisons* the mutex, and the next `lock` reports that.
///
/// | `poisoned` | meaning |
/// |---|---|
/// | `false` | no critical section has panicked, or the flag was [cleared](Self::clear_poison) since |
/// | `true` | a panic began while a [`PoisonGuard`] was alive, and dropped it: the value may be half changed |
///
/// # Ordering
///
/// Everything the holder did before it unlocked, poisoning included, happens before everything the next
/// holder does after it has locked.
///
/// # Limits
///
/// A thread knows whether it is unwinding, not how many panics deep. A destructor that runs during
/// one panic, locks, and starts and catches another panic does not poison; nor does a guard that was
/// made during one panic, outlives it, and is dropped by the next. `std`'s mutex has the same gap.
///
/// # Examples
///
/// ```
/// use poison_mutex::PoisonMutex;
///
/// let hits = PoisonMutex::new(0);
/// *hits.lock().unwrap() += 1;
/// assert_eq!(hits.into_inner().unwrap(), 1);
/// ```
pub struct PoisonMutex<T> {
    raw: RawSpinLock,
    poisoned: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: a shared `PoisonMutex<T>` gives `&mut T` to the thread that holds the lock:
// - exclusive: only the holder of `raw` makes a guard, and the guard releases `raw` once, on drop;
// - the holder may move the value to its own thread, hence `T: Send`. `T: Sync` is not required: no
//   two threads ever hold references at the same time.
unsafe impl<T: Send> Sync for PoisonMutex<T> {}

// A mutex may be used after `catch_unwind`, whatever it holds: if the panic tore the value, the
// flag is set.
impl<T> UnwindSafe for PoisonMutex<T> {}
impl<T> RefUnwindSafe for PoisonMutex<T> {}

/// The result of locking. Both variants hold the guard; `Err` adds a warning.
pub type LockResult<G> = Result<G, Poisoned<G>>;

impl<T> PoisonMutex<T> {
    /// Makes an unlocked mutex around `value`, not poisoned.
    pub fn new(value: T) -> Self {
        Self {
            raw: RawSpinLock::new(),
            poisoned: AtomicBool::new(false),
            value: UnsafeCell::new(value),
        }
    }

    // ANCHOR: lock
    /// Takes the lock, spinning for as long as another guard is alive.
    ///
    /// # Errors
    ///
    /// [`Poisoned`] if a holder panicked and the flag has not been cleared since.
    /// The lock is taken all the same: the error holds the guard.
    pub fn lock(&self) -> LockResult<PoisonGuard<'_, T>> {
        todo!("take `raw`, make a guard, and say whether the mutex is poisoned")
    }

    /// Takes the lock if it is free and never waits: `None` if another guard is alive.
    ///
    /// # Errors
    ///
    /// As [`lock`](Self::lock).
    pub fn try_lock(&self) -> Option<LockResult<PoisonGuard<'_, T>>> {
        todo!("the same, if `raw` is free")
    }
    // ANCHOR_END: lock

    // ANCHOR: recover
    /// Whether the mutex is poisoned: a snapshot, unless you hold the lock.
    pub fn is_poisoned(&self) -> bool {
        todo!("look, without the lock, and leave everything as it is")
    }

    /// Declares the value valid again: from here on, locking succeeds.
    ///
    /// Call it while you hold the guard from the error, after you have repaired the value.
    pub fn clear_poison(&self) {
        todo!("take the flag away")
    }

    /// Takes the value back out. Owning the mutex proves that no guard is alive.
    ///
    /// # Errors
    ///
    /// [`Poisoned`] if a holder panicked and the flag has not been cleared since.
    /// The error holds the value.
    pub fn into_inner(self) -> LockResult<T> {
        todo!("take the value out, with a warning if the mutex is poisoned")
    }
    // ANCHOR_END: recover
}

/// A warning that a panic may have left the value half changed. It holds what the caller asked for:
/// a guard, or the value itself.
///
/// It is a warning, not a verdict. Inspect the value, repair it, and call
/// [`PoisonMutex::clear_poison`]; or `unwrap`, and propagate the panic.
pub struct Poisoned<G> {
    inner: G,
}

impl<G> Poisoned<G> {
    /// Takes it despite the warning. The mutex stays poisoned.
    pub fn into_inner(self) -> G {
        self.inner
    }
}

impl<G> fmt::Debug for Poisoned<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poisoned").finish_non_exhaustive()
    }
}

impl<G> fmt::Display for Poisoned<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("poisoned: a panic began while the lock was held")
    }
}

impl<G> Error for Poisoned<G> {}

/// Proof that this thread holds a [`PoisonMutex`]. On drop it unlocks, and poisons if a panic that
/// began during its lifetime drops it.
///
/// Stays on the thread that locked: it is not `Send`. It is `Sync` if `T` is. It cannot outlive its
/// mutex:
///
/// ```compile_fail,E0505
/// use poison_mutex::PoisonMutex;
///
/// let mutex = PoisonMutex::new(0);
/// let guard = mutex.lock().unwrap();
/// drop(mutex); // error[E0505]: cannot move out of `mutex` because it is borrowed
/// drop(guard);
/// ```
///
/// nor pass for the guard of a value that lives less long, which could then be written into the mutex and outlive what it
/// borrows:
///
/// ```compile_fail
/// # use poison_mutex::PoisonGuard;
/// fn shorten<'l, 'v>(guard: PoisonGuard<'l, &'static str>) -> PoisonGuard<'l, &'v str> {
///     guard // error: lifetime may not live long enough
/// }
/// ```
///
/// and not keeping it draws a warning, which is an error here:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use poison_mutex::PoisonMutex;
/// PoisonMutex::new(0).lock().unwrap(); // error: unused `PoisonGuard` that must be used
/// ```
#[must_use = "a guard that is not bound to a name unlocks at once"]
pub struct PoisonGuard<'a, T> {
    mutex: &'a PoisonMutex<T>,
    /// Whether this thread was already unwinding when it locked.
    was_panicking: bool,
    /// Makes the guard neither `Send` nor `Sync`, as a raw pointer is neither.
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&PoisonGuard<T>` gives only `&T` (through `Deref`), so sharing a guard shares a `T`,
// which `T: Sync` allows.
unsafe impl<T: Sync> Sync for PoisonGuard<'_, T> {}

impl<T> Deref for PoisonGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: the guard borrows the mutex, which owns the value;
        // - no aliasing `&mut T`: this is the only guard alive, and the returned reference borrows
        //   it, so `deref_mut` cannot be called meanwhile.
        self.mutex.value.with(|value| unsafe { &*value })
    }
}

impl<T> DerefMut for PoisonGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`; the guard is mutably borrowed, so no other reference exists.
        self.mutex.value.with_mut(|value| unsafe { &mut *value })
    }
}

// ANCHOR: drop
impl<T> Drop for PoisonGuard<'_, T> {
    fn drop(&mut self) {
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !thread::panicking() {
            todo!("poison if a panic that began inside is what drops us; unlock in every case")
        }
    }
}
// ANCHOR_END: drop

impl<T: fmt::Debug> fmt::Debug for PoisonGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Given: a spin lock with neither value nor guard, as in 2.1 and 2.2.
///
/// Everything the holder did before `unlock` happens before everything the next holder does after it has
/// locked.
struct RawSpinLock {
    locked: AtomicBool,
}

impl RawSpinLock {
    fn new() -> Self {
        Self {
            locked: AtomicBool::new(false),
        }
    }

    /// Takes the lock, spinning for as long as it is held.
    fn lock(&self) {
        while !self.try_lock() {
            hint::spin_loop();
        }
    }

    /// Takes the lock if it is free; never waits.
    fn try_lock(&self) -> bool {
        // Acquire pairs with the Release store in `unlock`. Relaxed on failure: nothing protected
        // is accessed.
        self.locked
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    /// Releases the lock.
    ///
    /// # Safety
    ///
    /// The caller must hold the lock, and gives it up with this call.
    unsafe fn unlock(&self) {
        // Release pairs with the Acquire of the next `try_lock`.
        self.locked.store(false, Ordering::Release);
    }
}
