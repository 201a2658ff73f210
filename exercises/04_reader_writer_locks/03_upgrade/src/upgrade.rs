use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::ops::{Deref, DerefMut};

use crate::sync::atomic::{AtomicU32, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::hint;

/// How many guards may read at once. Whoever would be one too many panics, before anything is counted.
///
/// `mem::forget` counts up without end. This limit is low enough for a test to reach it.
pub const MAX_READERS: u32 = 1 << 16;

// ANCHOR: state
/// A writer holds the lock, or an upgrade waits for the readers to leave.
const WRITER: u32 = 1;
/// One of those who read may become a writer.
const UPGRADABLE: u32 = 2;
/// One who reads.
const READER: u32 = 4;
// ANCHOR_END: state

/// A reader–writer lock whose readers can ask beforehand for the right to write. It waits by spinning.
///
/// | `state` | meaning |
/// |---|---|
/// | 0 | free |
/// | n × `READER` | n plain read guards are alive |
/// | n × `READER` + `UPGRADABLE` | n guards read, and one of them is an [`UpgradableGuard`] |
/// | n × `READER` + `WRITER`, n > 0 | an upgrade waits for n readers to leave; nobody gets in |
/// | `WRITER` | one [`WriteGuard`] is alive |
///
/// # Ordering
///
/// What a writer did happens before everything that those do who get in after it, also if it was downgraded in between.
/// What was read under a guard happens before the next writer's writes.
///
/// # Blocking
///
/// `read`, `write` and `upgradable_read` wait for whoever is in their way, and
/// [`upgrade`](UpgradableGuard::upgrade) for all plain readers. A thread that waits for a guard of its own waits for ever;
/// so may one that reads, and reads again: an upgrade that waits for its first guard keeps out the second.
///
/// # Examples
///
/// ```
/// use upgrade::{RwLock, UpgradableGuard, WriteGuard};
///
/// let names = RwLock::new(vec!["ada"]);
/// let guard = names.upgradable_read();
/// if !guard.contains(&"grace") {
///     // Nobody has written since we looked.
///     let mut guard = UpgradableGuard::upgrade(guard);
///     guard.push("grace");
///     // Nobody writes before we have looked again.
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

// SAFETY: a shared `RwLock<T>` hands out
// - `&T` to several threads at once: `T: Sync`;
// - `&mut T` to one thread, with which the value can be moved away: `T: Send`.
// Never both, nor two of the second kind: see the table of `state`.
unsafe impl<T: Send + Sync> Sync for RwLock<T> {}

impl<T> RwLock<T> {
    /// Makes a free lock round `value`.
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

    /// Waits until no writer is in the way, and reads.
    ///
    /// # Panics
    ///
    /// If there are [`MAX_READERS`] already.
    pub fn read(&self) -> ReadGuard<'_, T> {
        until(|| self.try_read())
    }

    /// Reads, unless a writer is inside or an upgrade waits.
    ///
    /// # Panics
    ///
    /// As [`read`](Self::read).
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        self.enter(READER, WRITER).then(|| ReadGuard::new(self))
    }

    /// Waits until nobody is inside, and writes.
    pub fn write(&self) -> WriteGuard<'_, T> {
        until(|| self.try_write())
    }

    /// Writes, unless somebody is inside.
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        // Acquire pairs with the Release of all who left: what they wrote, and that they are done reading.
        self.state
            .compare_exchange(0, WRITER, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
            .then(|| WriteGuard::new(self))
    }

    /// Waits until no writer and no other upgradable reader is in the way, and reads, with the right to upgrade.
    ///
    /// # Panics
    ///
    /// As [`read`](Self::read).
    pub fn upgradable_read(&self) -> UpgradableGuard<'_, T> {
        until(|| self.try_upgradable_read())
    }

    // ANCHOR: try_upgradable
    /// Reads with the right to upgrade, unless a writer is inside or somebody else has that
    /// right.
    ///
    /// # Panics
    ///
    /// As [`read`](Self::read).
    pub fn try_upgradable_read(&self) -> Option<UpgradableGuard<'_, T>> {
        todo!("enter as a reader that may become a writer, unless somebody else has that right")
    }
    // ANCHOR_END: try_upgradable

    // ANCHOR: enter
    /// Given: adds `share` to the state in one step, and says so; or leaves it, if one of
    /// the bits `shut` is in it.
    fn enter(&self, share: u32, shut: u32) -> bool {
        let mut state = self.state.load(Ordering::Relaxed);
        while state & shut == 0 {
            let readers = state / READER;
            assert!(
                readers < MAX_READERS,
                "too many readers: {readers} are counted already"
            );
            // Acquire pairs with the Release of the last writer, in its drop or its
            // downgrade. Others may have come and gone in between: their read-modify-writes
            // pass on what it released.
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

/// Asks until there is an answer.
fn until<G>(mut attempt: impl FnMut() -> Option<G>) -> G {
    loop {
        if let Some(guard) = attempt() {
            return guard;
        }
        hint::spin_loop();
    }
}

/// Reads, beside others who read. Lets go on drop.
///
/// Neither this guard nor the others leave the thread that made them: none is `Send`. They are `Sync` where `T` is.
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
/// Whoever does not keep one is warned. Here the warning is an error:
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
    /// A raw pointer is neither `Send` nor `Sync`, and so neither is a type that claims to hold one.
    not_send: PhantomData<*const ()>,
}

/// Reads, beside others who read, and may become a writer. There is one at a time. Lets go on drop.
#[must_use = "a guard that is not bound to a name lets go at once"]
pub struct UpgradableGuard<'a, T> {
    lock: &'a RwLock<T>,
    /// As in [`ReadGuard`].
    not_send: PhantomData<*const ()>,
}

/// Writes, alone. Lets go on drop.
#[must_use = "a guard that is not bound to a name lets go at once"]
pub struct WriteGuard<'a, T> {
    lock: &'a RwLock<T>,
    /// As in [`ReadGuard`].
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives `&T` through `Deref` and nothing more, which `T: Sync` allows.
unsafe impl<T: Sync> Sync for ReadGuard<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for UpgradableGuard<'_, T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for WriteGuard<'_, T> {}

impl<'a, T> ReadGuard<'a, T> {
    /// Only for whoever has counted one `READER`: the guard takes it back.
    fn new(lock: &'a RwLock<T>) -> Self {
        Self {
            lock,
            not_send: PhantomData,
        }
    }
}

impl<'a, T> UpgradableGuard<'a, T> {
    /// Only for whoever has added `READER + UPGRADABLE`: the guard takes it back.
    fn new(lock: &'a RwLock<T>) -> Self {
        Self {
            lock,
            not_send: PhantomData,
        }
    }

    // ANCHOR: upgrade
    /// Becomes the writer. Nobody has written between the last look through this guard and
    /// the first through the new one.
    ///
    /// An associated function: a method would hide one of the same name of `T`.
    ///
    /// # Blocking
    ///
    /// Waits for the plain readers to leave. From the call on nobody new gets in, so they
    /// do become fewer.
    pub fn upgrade(this: Self) -> WriteGuard<'a, T> {
        todo!("close the lock to newcomers, wait for the readers to leave, and become the writer")
    }
    // ANCHOR_END: upgrade

    // ANCHOR: try_upgrade
    /// Becomes the writer if nobody else reads, and never waits.
    ///
    /// # Errors
    ///
    /// This guard, if there are plain readers. Nothing has changed then: others still get
    /// in.
    pub fn try_upgrade(this: Self) -> Result<WriteGuard<'a, T>, Self> {
        todo!("become the writer if nobody else reads; if not, change nothing")
    }
    // ANCHOR_END: try_upgrade

    /// Becomes a plain reader, and leaves the right to upgrade to somebody else. Never waits.
    pub fn downgrade(this: Self) -> ReadGuard<'a, T> {
        todo!("give up the right to upgrade, and go on reading")
    }
}

impl<'a, T> WriteGuard<'a, T> {
    /// Only for whoever has made the state `WRITER`: the guard takes it back.
    fn new(lock: &'a RwLock<T>) -> Self {
        Self {
            lock,
            not_send: PhantomData,
        }
    }

    // ANCHOR: downgrade
    /// Becomes a plain reader, and lets other readers in. Never waits; nobody writes in
    /// between.
    pub fn downgrade(this: Self) -> ReadGuard<'a, T> {
        todo!("become a plain reader in one step, and show what you wrote to those who get in")
    }
    // ANCHOR_END: downgrade

    /// Becomes the upgradable reader, and lets other readers in. Never waits; nobody writes in between.
    pub fn downgrade_to_upgradable(this: Self) -> UpgradableGuard<'a, T> {
        todo!("become the upgradable reader in one step")
    }
}

impl<T> Drop for ReadGuard<'_, T> {
    fn drop(&mut self) {
        // Release pairs with the Acquire of the next writer, in `try_write`, `upgrade` or `try_upgrade`: we are done
        // reading before it writes.
        self.lock.state.fetch_sub(READER, Ordering::Release);
    }
}

impl<T> Drop for UpgradableGuard<'_, T> {
    fn drop(&mut self) {
        // A panic in the middle of a panic aborts the program, so this one waits for a better moment.
        if !std::thread::panicking() {
            todo!("leave as the reader that you are, and give the right to upgrade back")
        }
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    fn drop(&mut self) {
        // Release pairs with the Acquire of whoever gets in next: it sees all that we wrote. A store of 0 would be
        // cheaper, as in 4.1, and would hide what an upgrade has left in the state by mistake.
        self.lock.state.fetch_sub(WRITER, Ordering::Release);
    }
}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: the lock, and the value in it, outlive the guard that borrows it;
        // - no `&mut T` at the same time: while `READER` is counted, nobody becomes the writer.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> Deref for UpgradableGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: as for `ReadGuard`: this guard counts as a reader. It becomes the writer by value, when no reference
        // that we returned is left.
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - valid: as for `ReadGuard`;
        // - no `&mut T` at the same time: this guard is the only one, and it is borrowed for as long as the reference
        //   we return.
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
