use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use crossbeam_utils::CachePadded;

use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::thread;
use crate::sync::tracked::Arc;

/// How many objects a pool can have: one bit each, in a word that has one bit more.
pub const MAX_CAPACITY: usize = 63;

/// The bit that says that the pool is gone. The others belong to the slots, see [`place`].
const GONE: u64 = 1;

/// The bit of a slot.
fn place(index: usize) -> u64 {
    2 << index
}

/// A bounded pool of objects that are made once and used again and again.
///
/// [`try_take`](Self::try_take) lends an object to you. The guard that you get brings it back when it is dropped.
///
/// # What becomes of an object
///
/// - It is made when it is needed for the first time, and reset each time before it is used again.
/// - Its slot is kept for it while it is out. So there is always room for it when it comes back.
/// - It is dropped instead of coming back if its user panics, or [discards](Pooled::discard) it. Its slot is free
///   again, and the next user of the slot gets a new object.
/// - There are never more objects than the capacity.
/// - The pool may go before its guards. What is in the pool is dropped with it; what is out, by its guard.
///
/// # Progress
///
/// Lock-free: a thread tries again only if another one took or returned something meanwhile, and a thread that is
/// stopped for good keeps its own object, and nobody from theirs. To bring an object back is one step, without a loop.
///
/// # Ordering
///
/// What is done with an object happens before what its next user does with it, and before it is dropped.
///
/// # Examples
///
/// ```
/// use object_pool::Pool;
///
/// let pool = Pool::new(2, || Vec::<u8>::with_capacity(4096), Vec::clear);
/// let mut buffer = pool.try_take().expect("both are free");
/// buffer.extend(b"hello");
/// drop(buffer);
///
/// let again = pool.try_take().expect("it came back");
/// assert!(again.is_empty(), "it was reset");
/// assert!(again.capacity() >= 4096, "and not made again");
/// ```
///
/// Whoever has brought an object back has it no longer:
///
/// ```compile_fail,E0505
/// use object_pool::Pool;
///
/// let pool = Pool::new(2, String::new, String::clear);
/// let guard = pool.try_take().unwrap();
/// let text: &str = &guard;
/// drop(guard); // error[E0505]: cannot move out of `guard` because it is borrowed
/// println!("{text}");
/// ```
///
/// Objects go from thread to thread:
///
/// ```compile_fail,E0277
/// use std::rc::Rc;
/// use object_pool::Pool;
///
/// let pool = Pool::new(2, || Rc::new(1), |_| ());
/// std::thread::spawn(move || pool.try_take()); // error[E0277]: `Rc<i32>` cannot be sent between threads safely
/// ```
pub struct Pool<T> {
    shared: Arc<Shared<T>>,
}

/// What the pool shares with its guards. Its memory goes with the last of them.
// ANCHOR: shared
struct Shared<T> {
    /// One bit for each slot, 1 if its object is in the pool and 0 if it is out; and [`GONE`].
    ///
    /// | the bit of a slot | [`GONE`] | who may touch the slot |
    /// |---|---|---|
    /// | 1 | 0 | whoever changes the bit to 0 |
    /// | 0 | 0 | the one guard that did |
    /// | 0 | 1 | the same guard: it will find out that the pool is gone |
    /// | 1, when `GONE` was set | 1 | the pool that set it |
    idle: AtomicU64,
    /// `None`: no object has been made for this slot yet, or since the last one was dropped.
    slots: Box<[CachePadded<UnsafeCell<Option<T>>>]>,
    make: Box<dyn Fn() -> T + Send + Sync>,
    reset: Box<dyn Fn(&mut T) + Send + Sync>,
}
// ANCHOR_END: shared

// SAFETY: two threads never reach one slot at the same time, by the table above. An object is used by one thread after
// another that way, and dropped by any of them, which `T: Send` allows. No two threads look at one object through this,
// so `T: Sync` is not needed. The two closures are `Sync`.
unsafe impl<T: Send> Sync for Shared<T> {}

/// The right to use an object of a [`Pool`]. Its drop brings the object back.
///
/// If it is dropped because of a panic, the object is spoilt: who knows how far its user got. It is dropped, and
/// does not come back. To be on the safe side, that is done whenever the thread is panicking.
///
/// To [`forget`](std::mem::forget) a guard is safe, and costs the pool a slot for ever.
#[must_use = "an object that nobody keeps goes back at once"]
// ANCHOR: pooled
pub struct Pooled<T> {
    shared: Arc<Shared<T>>,
    /// Which slot.
    index: usize,
    /// Whoever shares this guard with another thread shares the object: that asks for `T: Sync`.
    object: PhantomData<T>,
}
// ANCHOR_END: pooled

impl<T> Pool<T> {
    /// Makes a pool for so many objects. None is made yet.
    ///
    /// `make` makes an object. `reset` prepares one that was used before for its next user. Both are called by
    /// [`try_take`](Self::try_take), on the thread that takes.
    ///
    /// # Panics
    ///
    /// Panics if `capacity` is 0, or more than [`MAX_CAPACITY`].
    pub fn new(
        capacity: usize,
        make: impl Fn() -> T + Send + Sync + 'static,
        reset: impl Fn(&mut T) + Send + Sync + 'static,
    ) -> Self {
        assert!(
            (1..=MAX_CAPACITY).contains(&capacity),
            "a pool has 1 to {MAX_CAPACITY} objects, not {capacity}"
        );
        let all = (0..capacity).map(place).sum();
        let slot = |_| CachePadded::new(UnsafeCell::new(None));
        Self {
            shared: Arc::new(Shared {
                idle: AtomicU64::new(all),
                slots: (0..capacity).map(slot).collect(),
                make: Box::new(make),
                reset: Box::new(reset),
            }),
        }
    }

    /// How many objects there can be.
    pub fn capacity(&self) -> usize {
        self.shared.slots.len()
    }

    /// How many objects could be taken: a snapshot, which may be old by the time you look at it.
    pub fn available(&self) -> usize {
        self.shared.idle.load(Ordering::Relaxed).count_ones() as usize
    }

    /// Takes an object that is free: one that was used before and is reset now, or a new one. Never waits.
    ///
    /// `None` means that all were out at some moment of this call.
    ///
    /// # Panics
    ///
    /// Panics if `make` or `reset` does. The slot is free again then, and the object that was to be reset is dropped.
    // ANCHOR: try_take
    pub fn try_take(&self) -> Option<Pooled<T>> {
        todo!("win a slot whose bit is 1, make its guard, and then reset the object, or make one")
    }
    // ANCHOR_END: try_take
}

impl<T> Pooled<T> {
    /// Drops the object instead of bringing it back: it is spoilt. Its slot is free again after that.
    ///
    /// An associated function, as a method would hide one of the same name of `T`.
    ///
    /// # Panics
    ///
    /// Panics if the object's destructor does. Its slot is free again also then.
    // ANCHOR: discard
    pub fn discard(this: Self) {
        todo!("drop the object; its slot comes back as always")
    }
    // ANCHOR_END: discard

    /// Given: our slot, and the object in it, if there is one.
    fn slot(&mut self) -> &mut Option<T> {
        self.shared.slots[self.index].with_mut(|slot| {
            // SAFETY:
            // - nobody else reaches the slot: its bit is 0, and we are the guard that changed it;
            // - this guard hands out no other reference meanwhile: it is borrowed mutably.
            unsafe { &mut *slot }
        })
    }
}

// ANCHOR: drop
impl<T> Drop for Pooled<T> {
    /// Brings the object back; or drops it, if a panic has spoilt it or the pool is gone.
    fn drop(&mut self) {
        // A panic in the middle of a panic aborts the program, so this one waits for a better moment.
        if !thread::panicking() {
            todo!("is the object spoilt? bring its slot back; and see whether the pool is gone")
        }
    }
}
// ANCHOR_END: drop

// ANCHOR: pool_drop
impl<T> Drop for Pool<T> {
    /// Drops the objects that are in the pool. Those that are out are dropped by their guards.
    fn drop(&mut self) {
        if !thread::panicking() {
            todo!("say that the pool is gone, and drop the objects that were in it at that moment")
        }
    }
}
// ANCHOR_END: pool_drop

impl<T> Deref for Pooled<T> {
    type Target = T;

    fn deref(&self) -> &T {
        let slot = self.shared.slots[self.index].with(|slot| {
            // SAFETY:
            // - nobody else reaches the slot: its bit is 0, and we are the guard that changed it;
            // - there is no `&mut` to it: this guard is borrowed.
            unsafe { &*slot }
        });
        slot.as_ref()
            .expect("an object is in the slot for as long as the guard can be used")
    }
}

impl<T> DerefMut for Pooled<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.slot()
            .as_mut()
            .expect("an object is in the slot for as long as the guard can be used")
    }
}

impl<T: fmt::Debug> fmt::Debug for Pooled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T> fmt::Debug for Pool<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}
