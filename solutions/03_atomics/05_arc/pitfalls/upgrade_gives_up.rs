// Pitfall: an upgrade tries once, and takes a failure for an answer.
// Caught by: models::two_upgrades_of_a_live_value_both_succeed
// Because: the value is alive
// Lesson: A compare-exchange that fails says that something has changed, and not that there is nothing: look at what it found.

use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::process;
use std::ptr::NonNull;
use std::thread;

use crate::sync::alloc::Track;
use crate::sync::atomic::{AtomicUsize, Ordering, fence};
use crate::sync::cell::UnsafeCell;

/// How far a count may go. What would count further ends the process.
///
/// `std` allows `isize::MAX`, and no test would live to see it. This one is low enough to be reached, and as far
/// below `usize::MAX`: however many threads are past the limit before one of them ends the process, the count
/// does not wrap round to zero.
pub const MAX_REFS: usize = 1 << 16;

/// A shared reference that keeps its value alive: a strong reference.
///
/// Many threads may own one value. Whoever drops the last `Arc` drops the value.
///
/// # Ordering
///
/// Everything that is done through any strong reference happens before the value is dropped.
///
/// # Limits
///
/// More than [`MAX_REFS`] references of one kind end the process.
///
/// # Examples
///
/// ```
/// use arc::Arc;
///
/// let one = Arc::new(String::from("shared"));
/// let weak = Arc::downgrade(&one);
/// let two = one.clone();
/// drop(one);
/// assert_eq!(*two, "shared");
/// drop(two);
/// assert!(weak.upgrade().is_none());
/// ```
///
/// A plain reference into the value cannot outlive the `Arc` it came from:
///
/// ```compile_fail,E0505
/// use arc::Arc;
///
/// let one = Arc::new(String::from("shared"));
/// let text: &str = &one;
/// drop(one); // error[E0505]: cannot move out of `one` because it is borrowed
/// println!("{text}");
/// ```
///
/// Only what threads may share, and what any of them may drop, can be owned by several threads:
///
/// ```compile_fail,E0277
/// use std::cell::Cell;
/// use arc::Arc;
///
/// let one = Arc::new(Cell::new(1));
/// let two = one.clone();
/// std::thread::spawn(move || two.set(2)); // error[E0277]: `Cell<i32>` cannot be shared between threads safely
/// one.set(3);
/// ```
pub struct Arc<T> {
    inner: NonNull<Inner<T>>,
}

/// A reference that does not keep the value alive, only the memory that it lies in.
pub struct Weak<T> {
    inner: NonNull<Inner<T>>,
}

/// What all references to one value share.
///
/// | `strong` | `weak` | the value | the memory |
/// |---|---|---|---|
/// | n > 0 | m + 1: the strong references together hold one | alive | allocated |
/// | 0 | m + 1, while the last owner drops the value | being dropped | allocated |
/// | 0 | m > 0 | gone | allocated |
/// | 0 | 0 | gone | freed |
///
/// with n the number of [`Arc`]s and m that of [`Weak`]s. `strong` never leaves 0 again.
// ANCHOR: inner
struct Inner<T> {
    strong: AtomicUsize,
    weak: AtomicUsize,
    value: UnsafeCell<ManuallyDrop<T>>,
    /// Says to a model that this memory is to be freed.
    #[allow(dead_code, reason = "nobody reads it; a model watches it go")]
    memory: Track<()>,
}
// ANCHOR_END: inner

// SAFETY: whoever has an `Arc<T>` can
// - reach the value through `&T`, while other threads do so too: `T: Sync`;
// - be the last, and drop it on a thread that did not make it: `T: Send`.
// The counts are atomic. Both bounds are needed for `Send` and for `Sync`: a shared `&Arc` can be cloned.
unsafe impl<T: Send + Sync> Send for Arc<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Arc<T> {}
// SAFETY: a `Weak` can become an `Arc` on whatever thread it is, so as above.
unsafe impl<T: Send + Sync> Send for Weak<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Weak<T> {}

impl<T> Arc<T> {
    /// Makes the first reference to `value`.
    pub fn new(value: T) -> Self {
        let inner = Box::new(Inner {
            strong: AtomicUsize::new(1),
            weak: AtomicUsize::new(1),
            value: UnsafeCell::new(ManuallyDrop::new(value)),
            memory: Track::new(()),
        });
        Self {
            inner: NonNull::from(Box::leak(inner)),
        }
    }

    // ANCHOR: downgrade
    /// Makes a reference that does not keep the value alive.
    ///
    /// An associated function, as all but `clone`: a method would hide one of the same name of `T`.
    pub fn downgrade(this: &Self) -> Weak<T> {
        // Relaxed, as in `clone`: we hold on to the memory ourselves.
        if this.inner().weak.fetch_add(1, Ordering::Relaxed) >= MAX_REFS {
            process::abort();
        }
        Weak { inner: this.inner }
    }
    // ANCHOR_END: downgrade

    /// How many strong references there are: a snapshot, which may be old by the time you look at it.
    pub fn strong_count(this: &Self) -> usize {
        this.inner().strong.load(Ordering::Relaxed)
    }

    /// How many weak references there are, by a snapshot as well.
    pub fn weak_count(this: &Self) -> usize {
        // One is held by the strong references together.
        this.inner().weak.load(Ordering::Relaxed) - 1
    }

    fn inner(&self) -> &Inner<T> {
        // SAFETY: this reference is counted, so the memory is not freed before `self` is dropped.
        unsafe { self.inner.as_ref() }
    }
}

// ANCHOR: clone
impl<T> Clone for Arc<T> {
    /// Makes another owner of the same value.
    fn clone(&self) -> Self {
        // Relaxed: we own the value already, so it cannot go meanwhile; and we learn nothing from the count that we
        // would have to see the reason of. Whoever hands the clone to another thread orders that by itself.
        //
        // A panic would not do: the count has gone up, and whoever catches it can go on until it wraps round.
        if self.inner().strong.fetch_add(1, Ordering::Relaxed) >= MAX_REFS {
            process::abort();
        }
        Self { inner: self.inner }
    }
}
// ANCHOR_END: clone

impl<T> Deref for Arc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY:
        // - alive: `strong` counts this reference, so the value is dropped after it;
        // - no `&mut T` anywhere: only the drop of the value makes one.
        self.inner().value.with(|value| unsafe { &*value })
    }
}

// ANCHOR: drop
impl<T> Drop for Arc<T> {
    /// Gives up ownership. The last one to do so drops the value.
    fn drop(&mut self) {
        // Release: what we did with the value happens before the drop of whoever comes last. It pairs with the
        // fence below, on that thread.
        if self.inner().strong.fetch_sub(1, Ordering::Release) != 1 {
            // Others are left, and may free everything from now on. Touch nothing any more.
            return;
        }
        // Acquire pairs with the Release of every other owner's `fetch_sub`: all of them are done with the value.
        fence(Ordering::Acquire);
        // The one weak reference of all the strong ones. It goes after the value, and also if that panics.
        let _memory = Weak { inner: self.inner };
        self.inner().value.with_mut(|value| {
            // SAFETY:
            // - valid: `_memory` keeps it allocated;
            // - nobody else has a reference: `strong` is 0, stays 0, and all that was done before happened before.
            let value = unsafe { &mut *value };
            // SAFETY: `strong` goes from 1 to 0 once, so this is done once, and nobody reaches the value later.
            unsafe { ManuallyDrop::drop(value) };
        });
    }
}
// ANCHOR_END: drop

impl<T> Weak<T> {
    // ANCHOR: upgrade
    /// Becomes an owner, if there still is one.
    ///
    /// `None` means that the value has been dropped, or that its last owner is about to drop it.
    pub fn upgrade(&self) -> Option<Arc<T>> {
        let strong = &self.inner().strong;
        let count = strong.load(Ordering::Relaxed);
        if count == 0 {
            return None;
        }
        if count >= MAX_REFS {
            process::abort();
        }
        strong
            .compare_exchange(count, count + 1, Ordering::Relaxed, Ordering::Relaxed)
            .ok()
            .map(|_| Arc { inner: self.inner })
    }
    // ANCHOR_END: upgrade

    /// How many strong references there are: a snapshot, and 0 once the value is gone.
    pub fn strong_count(&self) -> usize {
        self.inner().strong.load(Ordering::Relaxed)
    }

    fn inner(&self) -> &Inner<T> {
        // SAFETY: this reference is counted, so the memory is not freed before `self` is dropped.
        unsafe { self.inner.as_ref() }
    }
}

impl<T> Clone for Weak<T> {
    /// Makes another weak reference to the same value.
    fn clone(&self) -> Self {
        // As in `Arc::downgrade`.
        if self.inner().weak.fetch_add(1, Ordering::Relaxed) >= MAX_REFS {
            process::abort();
        }
        Self { inner: self.inner }
    }
}

// ANCHOR: weak_drop
impl<T> Drop for Weak<T> {
    /// Lets go of the memory. The last one to do so frees it.
    fn drop(&mut self) {
        // Release and Acquire as in `Arc::drop`, one floor below: what is done with the memory, the counts and
        // the destruction of the value included, happens before it is freed.
        if self.inner().weak.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            // SAFETY:
            // - the last weak reference has gone;
            // - so has the last strong one, and the value, for they hold a weak one together until then.
            unsafe { free(self.inner) };
        }
    }
}
// ANCHOR_END: weak_drop

// ANCHOR: free
/// Given: frees the memory, and makes sure that it may.
///
/// # Safety
///
/// The value has been dropped, the last reference of either kind has gone, and all of that happened before.
unsafe fn free<T>(mut inner: NonNull<Inner<T>>) {
    {
        // SAFETY: nobody else reaches it, the caller says.
        let inner = unsafe { inner.as_mut() };
        // Exclusive access to each part: a model sees here whether something is not ordered before.
        let (strong, weak) = (*inner.strong.get_mut(), *inner.weak.get_mut());
        inner.value.with_mut(|_| {});
        debug_assert!(
            (strong, weak) == (0, 0) || thread::panicking(),
            "the memory is to be freed, and {strong} strong and {weak} weak references still lead to it"
        );
    }
    // SAFETY: `Arc::new` took it out of a `Box`, and nobody frees it a second time.
    drop(unsafe { Box::from_raw(inner.as_ptr()) });
}
// ANCHOR_END: free

impl<T: fmt::Debug> fmt::Debug for Arc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T> fmt::Debug for Weak<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(Weak)")
    }
}
