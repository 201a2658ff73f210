use std::error::Error;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::thread;

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::hint;

/// A mutex that remembers when somebody panicked inside.
///
/// A panic in a critical section unlocks like every other way out. But what it was doing stays half done. So
/// the mutex is *poisoned* then, and whoever locks it next is told.
///
/// | `poisoned` | meaning |
/// |---|---|
/// | `false` | every critical section ended well, or somebody has [cleared](Self::clear_poison) the flag since |
/// | `true` | a panic began while a [`PoisonGuard`] was alive and dropped it: the value may be half changed |
///
/// # Ordering
///
/// Everything the holder did before it unlocked, poisoning included, happens before everything the next
/// holder does after it has locked.
///
/// # Limits
///
/// A thread knows whether it is unwinding, and not how often. A destructor that runs during one panic, locks,
/// and begins and catches another panic leaves no mark. `std`'s mutex has the same gap.
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

// SAFETY: a shared `PoisonMutex<T>` hands out `&mut T` on whatever thread locks it, one at a time:
// - never two at once: a guard is made only by the holder of `raw`, and it releases `raw` once, on drop;
// - the value moves between threads that way, which `T: Send` allows. `T: Sync` is not needed, because no two
//   threads hold a reference at the same time.
unsafe impl<T: Send> Sync for PoisonMutex<T> {}

// A mutex may be used after `catch_unwind`, whatever is in it: if the panic tore the value, the flag says so.
impl<T> UnwindSafe for PoisonMutex<T> {}
impl<T> RefUnwindSafe for PoisonMutex<T> {}

/// What locking gives: a guard, with or without a warning. The guard is in both.
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
    /// [`Poisoned`] if somebody panicked inside and nobody has cleared the flag. The lock is taken all the
    /// same: the error holds the guard.
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

    /// Says that the value is whole again: from here on, locking succeeds.
    ///
    /// Call it while you hold the guard from the error, after you have repaired the value.
    pub fn clear_poison(&self) {
        todo!("take the flag away")
    }

    /// Takes the value back out. Owning the mutex proves that no guard is alive.
    ///
    /// # Errors
    ///
    /// [`Poisoned`] if somebody panicked inside and nobody has cleared the flag. The error holds the value.
    pub fn into_inner(self) -> LockResult<T> {
        todo!("take the value out, with a warning if the mutex is poisoned")
    }
    // ANCHOR_END: recover
}

/// The warning that a panic may have left the value half changed. What was asked for is inside: a guard, or
/// the value itself.
///
/// It is a warning and no verdict. Look at the value, repair it, and say so with
/// [`PoisonMutex::clear_poison`]; or `unwrap` it, and let the panic spread.
pub struct Poisoned<G> {
    inner: G,
}

impl<G> Poisoned<G> {
    /// Takes it in spite of the warning. The mutex stays poisoned.
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

/// Proof that this thread holds a [`PoisonMutex`]. On drop it unlocks, and poisons if a panic that began
/// during its life is what drops it.
///
/// Stays on the thread that locked: it is not `Send`. It is `Sync` where `T` is. It cannot outlive its mutex:
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
/// and whoever does not keep it is warned. Here the warning is an error:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use poison_mutex::PoisonMutex;
/// PoisonMutex::new(0).lock().unwrap(); // error: unused `PoisonGuard` that must be used
/// ```
#[must_use = "a guard that is not bound to a name unlocks at once"]
pub struct PoisonGuard<'a, T> {
    mutex: &'a PoisonMutex<T>,
    /// Whether this thread was unwinding already when it locked.
    was_panicking: bool,
    /// A raw pointer is neither `Send` nor `Sync`, and so neither is a type that claims to hold one.
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&PoisonGuard<T>` gives `&T` through `Deref` and nothing more, so sharing a guard shares a `T`,
// which `T: Sync` allows.
unsafe impl<T: Sync> Sync for PoisonGuard<'_, T> {}

impl<T> Deref for PoisonGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: the mutex, and the value in it, outlive the guard that borrows it;
        // - no `&mut T` at the same time: this guard is the only one, and it is borrowed for as long as
        //   the reference we return.
        self.mutex.value.with(|value| unsafe { &*value })
    }
}

impl<T> DerefMut for PoisonGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and this guard is borrowed mutably: no `&T` at the same time either.
        self.mutex.value.with_mut(|value| unsafe { &mut *value })
    }
}

// ANCHOR: drop
impl<T> Drop for PoisonGuard<'_, T> {
    fn drop(&mut self) {
        // A panic in the middle of a panic aborts the program, so this one waits for a better moment.
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

/// Given: a spin lock with neither value nor guard, as you know it from 2.1 and 2.2.
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

    /// Takes the lock, spinning for as long as somebody holds it.
    fn lock(&self) {
        while !self.try_lock() {
            hint::spin_loop();
        }
    }

    /// Takes the lock if it is free; never waits.
    fn try_lock(&self) -> bool {
        // Acquire pairs with the Release store in `unlock`. A failed attempt receives nothing: Relaxed.
        self.locked
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    /// Releases the lock.
    ///
    /// # Safety
    ///
    /// The caller holds the lock, and gives it up with this call.
    unsafe fn unlock(&self) {
        // Release pairs with the Acquire of the next `try_lock`.
        self.locked.store(false, Ordering::Release);
    }
}
