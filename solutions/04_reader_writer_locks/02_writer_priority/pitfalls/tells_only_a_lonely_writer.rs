// Pitfall: the last reader to go tells a writer only if exactly one waits.
// Caught by: models::the_last_reader_wakes_one_of_two_writers
// Because: deadlock
// Lesson: A notification that is saved must be one that nobody waits for. Ask whether somebody waits, and not who.

use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;

use crate::sync::cell::UnsafeCell;
use crate::sync::{Condvar, Mutex, MutexGuard};

/// A lock for many readers or one writer, under which nobody who waits is passed for ever. Who waits sleeps.
///
/// # Who goes first
///
/// - **A writer that waits stops new readers.** It waits for those who are in, and no reader that comes later gets
///   in before a writer has been.
/// - **A writer that goes lets in all readers that wait**, before the next writer. So a reader waits for one writer
///   at most: for the one that is in, or else for the next.
///
/// Readers and writers take turns, as long as both wait: the lock is *phase-fair*, as Brandenburg and Anderson
/// called it (2009). Among writers no order is promised.
///
/// # Ordering
///
/// Everything that was done under a write guard happens before everything that is done under any later guard.
/// Everything that was done under a read guard happens before everything that is done under any later write guard.
///
/// # Deadlocks
///
/// A thread that holds a guard and asks for another may wait for itself. For two *read* guards, too: if a writer
/// begins to wait between them, the second waits for the writer, and the writer for the first.
///
/// # Panics
///
/// A panic while a guard is alive unlocks, and poisons nothing.
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
    /// All that is looked at before somebody goes in or to sleep: it changes only under this lock.
    state: Mutex<State>,
    /// Where readers sleep: all are woken when a writer goes and has let them in.
    let_in: Condvar,
    /// Where writers sleep: one is woken when nobody is in any more.
    nobody_in: Condvar,
    value: UnsafeCell<T>,
}

// ANCHOR: state
#[derive(Default)]
struct State {
    /// How many readers are in. Some may have been let in, and are just waking up.
    readers: usize,
    /// Whether a writer is in. Then `readers` is 0.
    writing: bool,
    /// Who waits.
    waiting: Waiting,
    /// How often a writer, as it went, has let in the readers that waited.
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

// SAFETY: a shared `RwLock<T>` hands out
// - `&T` on several threads at once, by read guards: `T: Sync`;
// - `&mut T` on whatever thread writes, and so the value itself: `T: Send`;
// and never both at once: `state` counts the readers or says that a writer is in.
unsafe impl<T: Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// Makes an unlocked lock round `value`.
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

    /// Who waits: a snapshot, for those who watch the lock. It may be old by the time you look at it.
    pub fn waiting(&self) -> Waiting {
        self.state().waiting
    }

    /// Locks for reading.
    ///
    /// # Blocking
    ///
    /// Sleeps while a writer is in or waits: until the next writer has gone.
    ///
    /// # Panics
    ///
    /// Panics if `usize::MAX` read guards are alive.
    // ANCHOR: read
    pub fn read(&self) -> ReadGuard<'_, T> {
        let mut state = self.state();
        if state.writing || state.waiting.writers > 0 {
            state.waiting.readers += 1;
            let turn = state.turns;
            while state.turns == turn {
                state = wait(&self.let_in, state);
            }
            // The writer that let us in has counted us.
        } else {
            state.count_a_reader();
        }
        ReadGuard::new(self)
    }
    // ANCHOR_END: read

    /// Locks for reading if no writer is in or waits; never waits for one.
    ///
    /// # Panics
    ///
    /// As [`read`](Self::read).
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        let mut state = self.state();
        if state.writing || state.waiting.writers > 0 {
            return None;
        }
        state.count_a_reader();
        Some(ReadGuard::new(self))
    }

    /// Locks for writing.
    ///
    /// # Blocking
    ///
    /// Sleeps while anybody is in. From now on no reader comes in before a writer has been.
    // ANCHOR: write
    pub fn write(&self) -> WriteGuard<'_, T> {
        let mut state = self.state();
        state.waiting.writers += 1;
        while state.writing || state.readers > 0 {
            state = wait(&self.nobody_in, state);
        }
        state.waiting.writers -= 1;
        state.writing = true;
        WriteGuard::new(self)
    }
    // ANCHOR_END: write

    /// Locks for writing if nobody is in, even if other writers wait; never waits for anybody.
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        let mut state = self.state();
        if state.writing || state.readers > 0 {
            return None;
        }
        state.writing = true;
        Some(WriteGuard::new(self))
    }

    /// Given: locks the state.
    #[track_caller] // a report should name the line that locks, and not this one
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the state is half changed, so a poisoned lock tells us nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Given: counts one more reader, or panics. `mem::forget` is safe, so the count may come to its end.
    fn count_a_reader(&mut self) {
        let readers = self.readers.checked_add(1);
        self.readers = readers.expect("no more read guards can be counted");
    }
}

/// Given: unlocks the state, sleeps until `condvar` is notified, and locks again. May wake up for no reason.
#[track_caller] // as `state`
fn wait<'a>(condvar: &Condvar, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
    condvar.wait(state).unwrap_or_else(PoisonError::into_inner) // as in `state`
}

// ANCHOR: drop
impl<T> Drop for ReadGuard<'_, T> {
    fn drop(&mut self) {
        let mut state = self.lock.state();
        state.readers -= 1;
        // To notify where nobody waits is a system call for nothing.
        if state.readers == 0 && state.waiting.writers == 1 {
            // One: only one can go on, and it will wake the next.
            self.lock.nobody_in.notify_one();
        }
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    fn drop(&mut self) {
        let mut state = self.lock.state();
        state.writing = false;
        if state.waiting.readers > 0 {
            // Count them in for them: a writer could come before they are awake.
            state.readers = mem::take(&mut state.waiting.readers);
            state.turns += 1;
            self.lock.let_in.notify_all();
        } else if state.waiting.writers > 0 {
            self.lock.nobody_in.notify_one();
        }
    }
}
// ANCHOR_END: drop

/// Proof that nobody writes: lends the value for reading, and counts itself out on drop.
///
/// Stays on its thread: it is not `Send`. It is `Sync` where `T` is. It cannot outlive its lock:
///
/// ```compile_fail,E0505
/// # use writer_priority::RwLock;
/// let lock = RwLock::new(0);
/// let guard = lock.read();
/// drop(lock); // error[E0505]: cannot move out of `lock` because it is borrowed
/// drop(guard);
/// ```
///
/// Whoever does not keep it is warned. Here the warning is an error:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use writer_priority::RwLock;
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
/// # use writer_priority::RwLock;
/// static LOCK: std::sync::LazyLock<RwLock<u32>> = std::sync::LazyLock::new(|| RwLock::new(0));
/// let guard = LOCK.write();
/// std::thread::spawn(|| drop(guard)); // error[E0277]: `*const ()` cannot be sent between threads safely
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

impl<'a, T> ReadGuard<'a, T> {
    /// The guard of a reader that `lock` has counted.
    fn new(lock: &'a RwLock<T>) -> Self {
        Self {
            lock,
            not_send: PhantomData,
        }
    }
}

impl<'a, T> WriteGuard<'a, T> {
    /// The guard of the writer that is in.
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
        // - valid: the lock, and the value in it, outlive the guard that borrows it;
        // - no `&mut T` at the same time: `readers` counts this guard, so there is no write guard.
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
