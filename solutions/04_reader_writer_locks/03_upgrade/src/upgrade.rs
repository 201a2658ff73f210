use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::ops::{Deref, DerefMut};

use crate::sync::atomic::{AtomicU32, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::hint;

/// How many guards may read at once. One too many panics, before it is counted.
///
/// Leaked guards stay counted. This limit is low enough for a test to reach it.
pub const MAX_READERS: u32 = 1 << 16;

// ANCHOR: state
/// A writer holds the lock, or an upgrade waits for the readers to leave.
const WRITER: u32 = 1;
/// One of the readers may become the writer.
const UPGRADABLE: u32 = 2;
/// One reader.
const READER: u32 = 4;
// ANCHOR_END: state

/// A reader–writer lock whose readers can reserve the right to upgrade. It waits by spinning.
///
/// | `state` | meaning |
/// |---|---|
/// | 0 | free |
/// | n × `READER` | n plain read guards are alive |
/// | n × `READER` + `UPGRADABLE` | n guards read, and one of them is an [`UpgradableGuard`] |
/// | n × `READER` + `WRITER`, n > 0 | an upgrade waits for n readers to leave; no new guard is given |
/// | `WRITER` | one [`WriteGuard`] is alive |
///
/// # Ordering
///
/// Everything a writer did happens before everything done under later guards, even if it was
/// downgraded in between. Reads under a guard happen before the next writer's writes.
///
/// # Blocking
///
/// `read`, `write` and `upgradable_read` wait for conflicting guards, and
/// [`upgrade`](UpgradableGuard::upgrade) for all plain readers. A thread that waits for a guard of
/// its own deadlocks; so may one that reads, and reads again: an upgrade that waits for its first
/// guard blocks the second.
///
/// # Examples
///
/// ```
/// use upgrade::{RwLock, UpgradableGuard, WriteGuard};
///
/// let names = RwLock::new(vec!["ada"]);
/// let guard = names.upgradable_read();
/// if !guard.contains(&"grace") {
///     // No other thread has written since we looked.
///     let mut guard = UpgradableGuard::upgrade(guard);
///     guard.push("grace");
///     // No other thread writes before we look again.
///     let guard = WriteGuard::downgrade(guard);
///     assert_eq!(*guard, ["ada", "grace"]);
/// }
/// ```
///
/// A guard that has become another is gone:
///
/// ```compile_fail,E0382
/// # use upgrade::{RwLock, UpgradableGuard};
/// let lock = RwLock::new(0);
/// let reads = lock.upgradable_read();
/// let mut writes = UpgradableGuard::upgrade(reads);
/// *writes = *reads + 1; // error[E0382]: borrow of moved value: `reads`
/// ```
///
/// and a plain reader cannot become a writer. Two that tried would wait for each other:
///
/// ```compile_fail,E0308
/// # use upgrade::{RwLock, UpgradableGuard};
/// let lock = RwLock::new(0);
/// let writes = UpgradableGuard::upgrade(lock.read()); // error[E0308]: expected `UpgradableGuard`, found `ReadGuard`
/// ```
pub struct RwLock<T> {
    state: AtomicU32,
    value: UnsafeCell<T>,
}

// SAFETY: a shared `RwLock<T>` gives
// - `&T` to several readers at once: `T: Sync`;
// - `&mut T` to one writer, which may move the value to its thread: `T: Send`;
// - never both, and never two writers: see the table of `state`.
unsafe impl<T: Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// Makes a free lock around `value`.
    pub fn new(value: T) -> Self {
        Self {
            state: AtomicU32::new(0),
            value: UnsafeCell::new(value),
        }
    }

    /// Takes the value back out. Owning the lock proves that no guard is alive.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    /// Waits until there is no writer, and reads.
    ///
    /// # Panics
    ///
    /// If there are already [`MAX_READERS`].
    pub fn read(&self) -> ReadGuard<'_, T> {
        until(|| self.try_read())
    }

    /// Reads, unless a writer holds the lock or an upgrade waits.
    ///
    /// # Panics
    ///
    /// As [`read`](Self::read).
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        self.enter(READER, WRITER).then(|| ReadGuard::new(self))
    }

    /// Waits until the lock is free, and writes.
    pub fn write(&self) -> WriteGuard<'_, T> {
        until(|| self.try_write())
    }

    /// Writes, if the lock is free.
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        // Acquire pairs with the Release of every guard's drop: the writes and reads under it
        // happen before ours.
        self.state
            .compare_exchange(0, WRITER, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
            .then(|| WriteGuard::new(self))
    }

    /// Waits until there is no writer and no other upgradable reader, and reads, with the right to
    /// upgrade.
    ///
    /// # Panics
    ///
    /// As [`read`](Self::read).
    pub fn upgradable_read(&self) -> UpgradableGuard<'_, T> {
        until(|| self.try_upgradable_read())
    }

    // ANCHOR: try_upgradable
    /// Reads with the right to upgrade, unless a writer holds the lock or another
    /// guard has that right.
    ///
    /// # Panics
    ///
    /// As [`read`](Self::read).
    pub fn try_upgradable_read(&self) -> Option<UpgradableGuard<'_, T>> {
        self.enter(READER + UPGRADABLE, WRITER | UPGRADABLE)
            .then(|| UpgradableGuard::new(self))
    }
    // ANCHOR_END: try_upgradable

    // ANCHOR: enter
    /// Given: adds `share` to the state and returns true, unless the state has one
    /// of the bits `shut`.
    fn enter(&self, share: u32, shut: u32) -> bool {
        let mut state = self.state.load(Ordering::Relaxed);
        while state & shut == 0 {
            let readers = state / READER;
            assert!(
                readers < MAX_READERS,
                "too many readers: {readers} are counted already"
            );
            // Acquire pairs with the Release of the last writer, in its drop or its
            // downgrade. Others may have come and gone since: their
            // read-modify-writes continue its release sequence.
            match self.state.compare_exchange_weak(
                state,
                state + share,
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        false
    }
    // ANCHOR_END: enter
}

/// Spins until an attempt succeeds.
fn until<G>(mut attempt: impl FnMut() -> Option<G>) -> G {
    loop {
        if let Some(guard) = attempt() {
            return guard;
        }
        hint::spin_loop();
    }
}

/// Shared read access. Unlocks on drop.
///
/// Neither this guard nor the others leave their thread: none is `Send`. They are `Sync` if `T` is.
/// None outlives its lock:
///
/// ```compile_fail,E0505
/// # use upgrade::RwLock;
/// let lock = RwLock::new(0);
/// let guard = lock.upgradable_read();
/// drop(lock); // error[E0505]: cannot move out of `lock` because it is borrowed
/// drop(guard);
/// ```
///
/// and none leaves its thread:
///
/// ```compile_fail,E0277
/// # use upgrade::{RwLock, UpgradableGuard};
/// static LOCK: std::sync::LazyLock<RwLock<u32>> = std::sync::LazyLock::new(|| RwLock::new(0));
/// let guard = LOCK.upgradable_read();
/// std::thread::spawn(|| drop(guard)); // error[E0277]: `*const ()` cannot be sent between threads safely
/// ```
///
/// Not keeping one draws a warning, which is an error here:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use upgrade::{RwLock, WriteGuard};
/// let lock = RwLock::new(0);
/// WriteGuard::downgrade(lock.write()); // error: unused `ReadGuard` that must be used
/// ```
#[must_use = "a guard that is not bound to a name lets go at once"]
pub struct ReadGuard<'a, T> {
    lock: &'a RwLock<T>,
    /// Makes the guard neither `Send` nor `Sync`, as a raw pointer is neither.
    not_send: PhantomData<*const ()>,
}

/// Shared read access, with the right to become the writer. There is one at a time. Unlocks on
/// drop.
#[must_use = "a guard that is not bound to a name lets go at once"]
pub struct UpgradableGuard<'a, T> {
    lock: &'a RwLock<T>,
    /// As in [`ReadGuard`].
    not_send: PhantomData<*const ()>,
}

/// Exclusive write access. Unlocks on drop.
///
/// It does not pass for the guard of a value that lives less long, which could then be written into the lock and outlive what
/// it borrows:
///
/// ```compile_fail
/// # use upgrade::WriteGuard;
/// fn shorten<'l, 'v>(guard: WriteGuard<'l, &'static str>) -> WriteGuard<'l, &'v str> {
///     guard // error: lifetime may not live long enough
/// }
/// ```
///
/// Nor does one that can become it:
///
/// ```compile_fail
/// # use upgrade::UpgradableGuard;
/// fn shorten<'l, 'v>(guard: UpgradableGuard<'l, &'static str>) -> UpgradableGuard<'l, &'v str> {
///     guard // error: lifetime may not live long enough
/// }
/// ```
#[must_use = "a guard that is not bound to a name lets go at once"]
pub struct WriteGuard<'a, T> {
    lock: &'a RwLock<T>,
    /// As in [`ReadGuard`].
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives only `&T` (through `Deref`), which `T: Sync` allows.
unsafe impl<T: Sync> Sync for ReadGuard<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for UpgradableGuard<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for WriteGuard<'_, T> {}

impl<'a, T> ReadGuard<'a, T> {
    /// The caller has added `READER` to the state; the guard's drop subtracts it.
    fn new(lock: &'a RwLock<T>) -> Self {
        Self {
            lock,
            not_send: PhantomData,
        }
    }
}

impl<'a, T> UpgradableGuard<'a, T> {
    /// The caller has added `READER + UPGRADABLE`; the guard's drop subtracts it.
    fn new(lock: &'a RwLock<T>) -> Self {
        Self {
            lock,
            not_send: PhantomData,
        }
    }

    // ANCHOR: upgrade
    /// Becomes the writer. No other thread writes between the last access through
    /// this guard and the first through the new one.
    ///
    /// An associated function: a method would hide one of the same name of `T`.
    ///
    /// # Blocking
    ///
    /// Waits for the plain readers to leave. From the call on no new guard is
    /// given, so their number only shrinks.
    pub fn upgrade(this: Self) -> WriteGuard<'a, T> {
        let lock = this.lock;
        // This guard's share of the state becomes the writer's, so its drop must
        // not subtract it.
        mem::forget(this);
        // One read-modify-write, so there is no moment at which we are neither.
        // Relaxed: it publishes nothing; other threads only learn to stay out.
        lock.state
            .fetch_sub(READER + UPGRADABLE - WRITER, Ordering::Relaxed);
        // Acquire pairs with the Release `fetch_sub` of every reader: its reads
        // happen before our writes.
        while lock.state.load(Ordering::Acquire) != WRITER {
            hint::spin_loop();
        }
        WriteGuard::new(lock)
    }
    // ANCHOR_END: upgrade

    // ANCHOR: try_upgrade
    /// Becomes the writer if there are no plain readers; never waits.
    ///
    /// # Errors
    ///
    /// This guard, if there are plain readers. Then nothing has changed: others
    /// still get in.
    pub fn try_upgrade(this: Self) -> Result<WriteGuard<'a, T>, Self> {
        // Acquire as in `upgrade`, for the readers that have left. Not the weak
        // exchange, which may fail spuriously.
        match this.lock.state.compare_exchange(
            READER + UPGRADABLE,
            WRITER,
            Ordering::Acquire,
            Ordering::Relaxed,
        ) {
            Ok(_) => {
                let lock = this.lock;
                mem::forget(this);
                Ok(WriteGuard::new(lock))
            }
            Err(_) => Err(this),
        }
    }
    // ANCHOR_END: try_upgrade

    /// Becomes a plain reader, and gives up the right to upgrade. Never waits.
    pub fn downgrade(this: Self) -> ReadGuard<'a, T> {
        let lock = this.lock;
        mem::forget(this);
        // Relaxed: we have written nothing, and our reads are published by the guard's drop. As a
        // read-modify-write, it continues the last writer's release sequence for the next
        // upgradable reader.
        lock.state.fetch_sub(UPGRADABLE, Ordering::Relaxed);
        ReadGuard::new(lock)
    }
}

impl<'a, T> WriteGuard<'a, T> {
    /// The caller has set the state to `WRITER`; the guard's drop subtracts it.
    fn new(lock: &'a RwLock<T>) -> Self {
        Self {
            lock,
            not_send: PhantomData,
        }
    }

    // ANCHOR: downgrade
    /// Becomes a plain reader, and admits other readers. Never waits; no other
    /// thread writes in between.
    pub fn downgrade(this: Self) -> ReadGuard<'a, T> {
        let lock = this.lock;
        mem::forget(this);
        // A store suffices: while we write, no other thread changes the state.
        // Release pairs with the Acquire of later readers: our writes happen before
        // their reads.
        lock.state.store(READER, Ordering::Release);
        ReadGuard::new(lock)
    }
    // ANCHOR_END: downgrade

    /// Becomes the upgradable reader, and admits other readers. Never waits; no other thread writes
    /// in between.
    pub fn downgrade_to_upgradable(this: Self) -> UpgradableGuard<'a, T> {
        let lock = this.lock;
        mem::forget(this);
        // As in `downgrade`.
        lock.state.store(READER + UPGRADABLE, Ordering::Release);
        UpgradableGuard::new(lock)
    }
}

impl<T> Drop for ReadGuard<'_, T> {
    fn drop(&mut self) {
        // Release pairs with the Acquire of the next writer, in `try_write`, `upgrade` or
        // `try_upgrade`: our reads happen before its writes.
        self.lock.state.fetch_sub(READER, Ordering::Release);
    }
}

impl<T> Drop for UpgradableGuard<'_, T> {
    fn drop(&mut self) {
        // Release as in `ReadGuard`: this guard reads, too.
        self.lock
            .state
            .fetch_sub(READER + UPGRADABLE, Ordering::Release);
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    fn drop(&mut self) {
        // Release pairs with the Acquire of the next guard: our writes happen before its accesses.
        // A store of 0 would be cheaper, as in 4.1, but would hide an upgrade that left too much in
        // the state.
        self.lock.state.fetch_sub(WRITER, Ordering::Release);
    }
}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: the guard borrows the lock, which owns the value;
        // - no aliasing `&mut T`: while a `READER` is counted, there is no write guard.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> Deref for UpgradableGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: as for `ReadGuard`: this guard counts as a reader. `upgrade` takes it by value,
        // so no reference that we returned outlives that.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: as for `ReadGuard`;
        // - no aliasing `&mut T`: this is the only guard, and the returned reference borrows it, so
        //   `deref_mut` cannot be called meanwhile.
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

impl<T: fmt::Debug> fmt::Debug for UpgradableGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for WriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
