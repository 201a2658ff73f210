use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use crossbeam_utils::CachePadded;

use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::thread;
use crate::sync::tracked::Arc;

/// The maximum capacity of a pool: one bit for each object, in a word with one bit more.
pub const MAX_CAPACITY: usize = 63;

/// The bit that marks the pool as dropped. The others belong to the slots, see [`place`].
const GONE: u64 = 1;

/// The bit of a slot.
fn place(index: usize) -> u64 {
    2 << index
}

/// A bounded pool of reusable objects.
///
/// [`try_take`](Self::try_take) lends an object. The guard returns it on drop.
///
/// # What becomes of an object
///
/// - It is made on first use, and reset before each reuse.
/// - Its slot is reserved while it is out, so there is always room to return it.
/// - It is dropped instead of being returned if its user panics, or [discards](Pooled::discard) it.
///   Its slot becomes free, and the next user of the slot gets a new object.
/// - There are never more objects than the capacity.
/// - The pool may be dropped before its guards. Idle objects are dropped with it; the others, by
///   their guards.
///
/// # Progress
///
/// Lock-free: apart from spurious failures of the weak exchange, a thread retries only if another
/// one took or returned an object meanwhile, and a suspended thread withholds only its own object.
/// Returning an object is a single `fetch_or`.
///
/// # Ordering
///
/// What a user does with an object happens before what the next user does with it, and before its
/// drop.
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
/// A reference into the object cannot outlive the guard:
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
/// Objects move between threads, so they must be `Send`:
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

/// What the pool shares with its guards. Freed with the last of them.
// ANCHOR: shared
struct Shared<T> {
    /// One bit for each slot, 1 if it is idle and 0 if it is taken; and
    /// [`GONE`].
    ///
    /// | the bit of a slot | [`GONE`] | exclusive access to the slot |
    /// |---|---|---|
    /// | 1 | 0 | the thread that clears the bit |
    /// | 0 | 0 | the guard of that thread |
    /// | 0 | 1 | the same guard: it will find the pool dropped |
    /// | 1, when `GONE` was set | 1 | the pool that set it |
    idle: AtomicU64,
    /// `None`: no object has been made for this slot yet, or since the last one was
    /// dropped.
    slots: Box<[CachePadded<UnsafeCell<Option<T>>>]>,
    make: Box<dyn Fn() -> T + Send + Sync>,
    reset: Box<dyn Fn(&mut T) + Send + Sync>,
}
// ANCHOR_END: shared

// SAFETY:
// - access to a slot is exclusive, by the table above;
// - an object is used, and dropped, on one thread after another, hence `T: Send`. It is never
//   shared through this, so `T: Sync` is not required;
// - the two closures are `Sync`.
unsafe impl<T: Send> Sync for Shared<T> {}

/// Exclusive use of an object of a [`Pool`]. Its drop returns the object.
///
/// If it is dropped by a panic, the object may be half changed, so it is dropped instead of being
/// returned. To be on the safe side, that is done whenever the thread is panicking.
///
/// Leaking a guard ([`forget`](std::mem::forget)) is safe, and costs the pool a slot forever.
///
/// It does not pass for the guard of an object that lives less long, which could then be left in the pool for the next user:
///
/// ```compile_fail
/// # use object_pool::Pooled;
/// fn shorten<'v>(guard: Pooled<&'static str>) -> Pooled<&'v str> {
///     guard // error: lifetime may not live long enough
/// }
/// ```
#[must_use = "an object that nobody keeps goes back at once"]
// ANCHOR: pooled
pub struct Pooled<T> {
    shared: Arc<Shared<T>>,
    /// The slot's index.
    index: usize,
    /// Sharing this guard shares the object, so it is `Sync` only if `T` is.
    object: PhantomData<T>,
}
// ANCHOR_END: pooled

impl<T> Pool<T> {
    /// Makes a pool for at most `capacity` objects. None is made yet.
    ///
    /// `make` makes an object. `reset` prepares a used one for its next user. Both are called by
    /// [`try_take`](Self::try_take), on the calling thread.
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

    /// The maximum number of objects.
    pub fn capacity(&self) -> usize {
        self.shared.slots.len()
    }

    /// How many objects could be taken: a snapshot, which may be stale by the time you use it.
    pub fn available(&self) -> usize {
        self.shared.idle.load(Ordering::Relaxed).count_ones() as usize
    }

    /// Takes an idle object, after resetting it, or a new one. Never blocks.
    ///
    /// `None` means that all were taken at some moment of this call.
    ///
    /// # Panics
    ///
    /// Panics if `make` or `reset` does. Then the slot is free again, and the object being reset is
    /// dropped.
    // ANCHOR: try_take
    pub fn try_take(&self) -> Option<Pooled<T>> {
        todo!("win a slot whose bit is 1, make its guard, and then reset the object, or make one")
    }
    // ANCHOR_END: try_take
}

impl<T> Pooled<T> {
    /// Drops the object instead of returning it. Its slot becomes free after that.
    ///
    /// An associated function: a method would hide one of the same name of `T`.
    ///
    /// # Panics
    ///
    /// Panics if the object's destructor does. Even then its slot becomes free.
    // ANCHOR: discard
    pub fn discard(this: Self) {
        todo!("drop the object; its slot comes back as always")
    }
    // ANCHOR_END: discard

    /// Given: our slot, with its object, if there is one.
    fn slot(&mut self) -> &mut Option<T> {
        self.shared.slots[self.index].with_mut(|slot| {
            // SAFETY:
            // - exclusive: the slot's bit is 0, and this is the guard that cleared it;
            // - no other reference from this guard: it is mutably borrowed.
            unsafe { &mut *slot }
        })
    }
}

// ANCHOR: drop
impl<T> Drop for Pooled<T> {
    /// Returns the object; or drops it, if the thread panics or the pool is
    /// gone.
    fn drop(&mut self) {
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !thread::panicking() {
            todo!("is the object spoilt? bring its slot back; and see whether the pool is gone")
        }
    }
}
// ANCHOR_END: drop

// ANCHOR: pool_drop
impl<T> Drop for Pool<T> {
    /// Drops the idle objects. The others are dropped by their guards.
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
            // - exclusive: the slot's bit is 0, and this is the guard that cleared it;
            // - no `&mut` from this guard: it is borrowed.
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
