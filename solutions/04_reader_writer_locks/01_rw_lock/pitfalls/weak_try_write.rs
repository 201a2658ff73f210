// Pitfall: `try_write` takes the lock with the weak compare-exchange, as `try_read` does.
// Caught by: models::two_writers_lose_no_increment
// Because: can your compare-exchange fail for no reason?
// Lesson: The weak one may fail although nothing has changed. In a loop that is one more round; whoever tries once says *refused*, and nobody is in.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use crate::sync::atomic::{AtomicU16, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::hint;

// ANCHOR: states
/// Nobody is in.
const FREE: u16 = 0;
/// As many readers are in as can be counted.
///
/// 16 bits, so that a test gets there. With 32 it only takes longer.
pub const MAX_READERS: u16 = WRITER - 1;
/// A writer is in.
const WRITER: u16 = u16::MAX;
// ANCHOR_END: states

/// A lock for many readers or one writer, which waits by spinning.
///
/// | `state` | meaning |
/// |---|---|
/// | 0 | nobody holds the lock |
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
/// None. A writer gets in when nobody is in; readers who relieve each other without a gap keep it out for ever.
///
/// # Panics
///
/// A panic while a guard is alive unlocks, and poisons nothing: the value stays as it is.
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

// SAFETY: a shared `RwLock<T>` hands out
// - `&T` on several threads at once, by read guards: `T: Sync`. A mutex hands out one reference at a time, and
//   does without;
// - `&mut T` on whatever thread writes, and so the value itself (as with `mem::replace`): `T: Send`;
// and never both at once: `state` counts the readers or says that a writer is in.
unsafe impl<T: Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// Makes an unlocked lock round `value`.
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

    /// Locks for reading, spinning for as long as a write guard is alive. Other readers are no reason to wait.
    ///
    /// # Blocking
    ///
    /// Burns its processor while it waits. A thread that holds a write guard waits for itself, for ever.
    ///
    /// # Panics
    ///
    /// Panics if [`MAX_READERS`] read guards are alive. The lock stays as it is.
    pub fn read(&self) -> ReadGuard<'_, T> {
        loop {
            if let Some(guard) = self.try_read() {
                return guard;
            }
            // Relaxed: it is only a number. To wait for less would be to wait for guards that may be forgotten.
            assert!(
                self.state.load(Ordering::Relaxed) != MAX_READERS,
                "there are {MAX_READERS} read guards, and no more can be counted"
            );
            hint::spin_loop();
        }
    }

    /// Locks for reading if no write guard is alive; never waits.
    ///
    /// `None` as well if [`MAX_READERS`] read guards are alive.
    // ANCHOR: try_read
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        // Relaxed: a guess, which the compare-exchange below confirms or corrects.
        let mut state = self.state.load(Ordering::Relaxed);
        // Neither `WRITER` nor full.
        while state < MAX_READERS {
            // Acquire pairs with the Release store in `WriteGuard::drop`. Other readers may
            // have come and gone since: each read-modify-write passes on what was released.
            match self.state.compare_exchange_weak(
                state,
                state + 1,
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => {
                    return Some(ReadGuard {
                        lock: self,
                        not_send: PhantomData,
                    });
                }
                // Somebody was quicker. If it was a reader, there is still room for us.
                Err(now) => state = now,
            }
        }
        None
    }
    // ANCHOR_END: try_read

    /// Locks for writing, spinning for as long as any other guard is alive.
    ///
    /// # Blocking
    ///
    /// Burns its processor while it waits. A thread that holds a guard of either kind waits for itself, for ever.
    pub fn write(&self) -> WriteGuard<'_, T> {
        loop {
            if let Some(guard) = self.try_write() {
                return guard;
            }
            hint::spin_loop();
        }
    }

    /// Locks for writing if no other guard is alive; never waits.
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        // Acquire pairs with the Release store of the last writer, and with the Release `fetch_sub` of *every*
        // reader since: the last one's reads what the others wrote, and passes it on.
        self.state
            .compare_exchange_weak(FREE, WRITER, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
            .then(|| WriteGuard {
                lock: self,
                not_send: PhantomData,
            })
    }
}

/// Proof that nobody writes: lends the value for reading, and counts itself out on drop.
///
/// Stays on its thread: it is not `Send`. It is `Sync` where `T` is. It cannot outlive its lock:
///
/// ```compile_fail,E0505
/// # use rw_lock::RwLock;
/// let lock = RwLock::new(0);
/// let guard = lock.read();
/// drop(lock); // error[E0505]: cannot move out of `lock` because it is borrowed
/// drop(guard);
/// ```
///
/// and lends nothing to write to:
///
/// ```compile_fail,E0594
/// # use rw_lock::RwLock;
/// let lock = RwLock::new(0);
/// *lock.read() += 1; // error[E0594]: cannot assign to data in dereference of `ReadGuard<'_, i32>`
/// ```
///
/// Whoever does not keep it is warned. Here the warning is an error:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use rw_lock::RwLock;
/// RwLock::new(0).read(); // error: unused `ReadGuard` that must be used
/// ```
#[must_use = "a guard that is not bound to a name unlocks at once"]
pub struct ReadGuard<'a, T> {
    lock: &'a RwLock<T>,
    /// A raw pointer is neither `Send` nor `Sync`, and so neither is a type that claims to hold one.
    not_send: PhantomData<*const ()>,
}

/// Proof that nobody else is in: lends the value for writing, and unlocks on drop.
///
/// Stays on its thread: it is not `Send`. It is `Sync` where `T` is.
///
/// ```compile_fail,E0277
/// # use rw_lock::RwLock;
/// static LOCK: std::sync::LazyLock<RwLock<u32>> = std::sync::LazyLock::new(|| RwLock::new(0));
/// let guard = LOCK.write();
/// std::thread::spawn(|| drop(guard)); // error[E0277]: `*const ()` cannot be sent between threads safely
/// ```
///
/// What is inside must be `Send` and `Sync` for threads to share the lock. A `Cell` could stay in a mutex:
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

// SAFETY: `&ReadGuard<T>` gives `&T` through `Deref` and nothing more, so sharing a guard shares a `T`, which
// `T: Sync` allows.
unsafe impl<T: Sync> Sync for ReadGuard<'_, T> {}
// SAFETY: as above: `&mut T` needs a `&mut WriteGuard<T>`.
unsafe impl<T: Sync> Sync for WriteGuard<'_, T> {}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: the lock, and the value in it, outlive the guard that borrows it;
        // - no `&mut T` at the same time: `state` counts this guard, so there is no write guard.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: as above;
        // - no `&mut T` at the same time: this guard is the only one of either kind, and it is borrowed for as
        //   long as the reference we return.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> DerefMut for WriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and this guard is borrowed mutably: no `&T` at the same time either.
        self.lock.value.with_mut(|value| unsafe { &mut *value })
    }
}

// ANCHOR: drop
impl<T> Drop for ReadGuard<'_, T> {
    fn drop(&mut self) {
        // Release pairs with the Acquire of the next `try_write`. We have written nothing,
        // but all that we have read must have been read before it is overwritten.
        self.lock.state.fetch_sub(1, Ordering::Release);
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    fn drop(&mut self) {
        // Release pairs with the Acquire of each `try_read` and `try_write` to come.
        // A plain store will do: while we are in, nobody else changes the state.
        self.lock.state.store(FREE, Ordering::Release);
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
