use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;

use crate::sync::cell::UnsafeCell;
use crate::sync::{Condvar, Mutex, MutexGuard};

/// A lock for many readers or one writer that starves neither of them. Waiters sleep.
///
/// # Fairness
///
/// - **A waiting writer blocks new readers.** It waits for the current readers, and no later reader
///   gets in before a writer has.
/// - **A writer that unlocks admits all waiting readers**, before the next writer. So a reader
///   waits for at most one writer: the current one, or else the next.
///
/// Readers and writers take turns while both wait, as in the *phase-fair* locks of Brandenburg and
/// Anderson (2009). Unlike theirs, it does not admit writers in FIFO order: among writers no order
/// is promised.
///
/// # Ordering
///
/// Everything that was done under a write guard happens before everything that is done under any later guard.
/// Everything that was done under a read guard happens before everything that is done under any later write guard.
///
/// # Deadlocks
///
/// A thread that holds a guard and asks for another may deadlock. Even with two *read* guards: if a
/// writer starts to wait between them, the second waits for the writer, and the writer for the
/// first.
///
/// # Panics
///
/// A panic while a guard is alive unlocks, and does not poison.
///
/// # Examples
///
/// ```
/// use writer_priority::RwLock;
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
    /// Everything that decides who gets in and who sleeps: it changes only under this lock.
    state: Mutex<State>,
    /// Where readers sleep: all are woken when a writer unlocks and has admitted them.
    let_in: Condvar,
    /// Where writers sleep: one is woken when the lock becomes free.
    nobody_in: Condvar,
    value: UnsafeCell<T>,
}

// ANCHOR: state
#[derive(Default)]
struct State {
    /// The number of admitted readers. Some of them may still be waking up.
    readers: usize,
    /// Whether a writer holds the lock. Then `readers` is 0.
    writing: bool,
    /// The waiters.
    waiting: Waiting,
    /// How often an unlocking writer has admitted the waiting readers.
    turns: u64,
}

/// How many threads wait for a lock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// To read.
    pub readers: usize,
    /// To write.
    pub writers: usize,
}
// ANCHOR_END: state

// SAFETY: a shared `RwLock<T>` gives
// - `&T` to several readers at once: `T: Sync`;
// - `&mut T` to the writer, which may move the value to its thread: `T: Send`;
// - never both at once: `state` either counts the readers or records the writer.
unsafe impl<T: Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// Makes an unlocked lock around `value`.
    pub fn new(value: T) -> Self {
        Self {
            state: Mutex::new(State::default()),
            let_in: Condvar::new(),
            nobody_in: Condvar::new(),
            value: UnsafeCell::new(value),
        }
    }

    /// Takes the value back out. Owning the lock proves that no guard is alive.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    /// The waiters: a snapshot, for monitoring. It may be stale by the time you use it.
    pub fn waiting(&self) -> Waiting {
        self.state().waiting
    }

    /// Locks for reading.
    ///
    /// # Blocking
    ///
    /// Sleeps while a writer holds the lock or waits: until the next writer has unlocked.
    ///
    /// # Panics
    ///
    /// Panics if `usize::MAX` read guards are alive.
    // ANCHOR: read
    pub fn read(&self) -> ReadGuard<'_, T> {
        todo!("go in; or wait until a writer, as it goes, has let you in")
    }
    // ANCHOR_END: read

    /// Locks for reading if no writer holds the lock or waits; never waits for one.
    ///
    /// # Panics
    ///
    /// As [`read`](Self::read).
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        todo!("go in, if no writer is in or waits")
    }

    /// Locks for writing.
    ///
    /// # Blocking
    ///
    /// Sleeps until the lock is free. From the call on, no new reader gets in before a writer has.
    // ANCHOR: write
    pub fn write(&self) -> WriteGuard<'_, T> {
        todo!("wait until nobody is in; and meanwhile be known to wait")
    }
    // ANCHOR_END: write

    /// Locks for writing if the lock is free, even if other writers wait; never waits for a guard.
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        todo!("go in, if nobody is in")
    }

    /// Given: locks the state.
    #[track_caller] // a report should name the line that locks, and not this one
    fn state(&self) -> MutexGuard<'_, State> {
        // Ignore poison: nothing panics while the state is half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Given: counts one more reader, or panics. `mem::forget` is safe, so the count can reach its
    /// maximum.
    fn count_a_reader(&mut self) {
        let readers = self.readers.checked_add(1);
        self.readers = readers.expect("no more read guards can be counted");
    }
}

/// Given: unlocks the state, sleeps until `condvar` is notified, and locks again. Wake-ups may be
/// spurious.
#[track_caller] // as `state`
fn wait<'a>(condvar: &Condvar, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
    condvar.wait(state).unwrap_or_else(PoisonError::into_inner) // as in `state`
}

// ANCHOR: drop
impl<T> Drop for ReadGuard<'_, T> {
    fn drop(&mut self) {
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !std::thread::panicking() {
            todo!("one reader less; was it the last?")
        }
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            todo!("let in the readers that wait; if there are none, wake a writer")
        }
    }
}
// ANCHOR_END: drop

/// Proof that no writer holds the lock: shared access to the value; decrements the count on drop.
///
/// Stays on its thread: it is not `Send`. It is `Sync` if `T` is. It cannot outlive its lock:
///
/// ```compile_fail,E0505
/// # use writer_priority::RwLock;
/// let lock = RwLock::new(0);
/// let guard = lock.read();
/// drop(lock); // error[E0505]: cannot move out of `lock` because it is borrowed
/// drop(guard);
/// ```
///
/// Not keeping it draws a warning, which is an error here:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use writer_priority::RwLock;
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
/// # use writer_priority::RwLock;
/// static LOCK: std::sync::LazyLock<RwLock<u32>> = std::sync::LazyLock::new(|| RwLock::new(0));
/// let guard = LOCK.write();
/// std::thread::spawn(|| drop(guard)); // error[E0277]: `*const ()` cannot be sent between threads safely
/// ```
///
/// It does not pass for the guard of a value that lives less long, which could then be written into the lock and outlive what
/// it borrows:
///
/// ```compile_fail
/// # use writer_priority::WriteGuard;
/// fn shorten<'l, 'v>(guard: WriteGuard<'l, &'static str>) -> WriteGuard<'l, &'v str> {
///     guard // error: lifetime may not live long enough
/// }
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

impl<'a, T> ReadGuard<'a, T> {
    /// The guard of a reader that `lock` has already counted.
    fn new(lock: &'a RwLock<T>) -> Self {
        Self {
            lock,
            not_send: PhantomData,
        }
    }
}

impl<'a, T> WriteGuard<'a, T> {
    /// The guard of the writer that `lock` has already recorded.
    fn new(lock: &'a RwLock<T>) -> Self {
        Self {
            lock,
            not_send: PhantomData,
        }
    }
}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: the guard borrows the lock, which owns the value;
        // - no aliasing `&mut T`: `readers` counts this guard, so there is no write guard.
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
