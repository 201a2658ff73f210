use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::process;
use std::ptr::NonNull;
use std::thread;

use crate::sync::alloc::Track;
use crate::sync::atomic::{AtomicUsize, Ordering, fence};
use crate::sync::cell::UnsafeCell;

/// The limit of a count. Exceeding it aborts the process.
///
/// `std` allows `isize::MAX`, which no test could reach. This one is reachable, and still far below
/// `usize::MAX`: however many threads pass the limit before one of them aborts the process, the
/// count does not wrap around to zero.
pub const MAX_REFS: usize = 1 << 16;

/// A shared reference that keeps its value alive: a strong reference.
///
/// Many threads may own one value. Dropping the last `Arc` drops the value.
///
/// # Ordering
///
/// Every access through any strong reference happens before the drop of the value.
///
/// # Limits
///
/// More than [`MAX_REFS`] references of one kind abort the process.
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
/// Only a value that is `Sync` (shared) and `Send` (dropped on any thread) can be owned by several
/// threads:
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
    // No `PhantomData<Inner<T>>`: `NonNull` is covariant already, `Send` and `Sync` are written out
    // below, and drop check takes any `impl Drop` without `#[may_dangle]` to use `T`.
    inner: NonNull<Inner<T>>,
}

/// A reference that keeps the allocation alive, but not the value.
pub struct Weak<T> {
    inner: NonNull<Inner<T>>,
}

/// The allocation that all references to one value share.
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
    /// Tells a model when this memory is freed.
    #[allow(dead_code, reason = "nobody reads it; a model watches it go")]
    memory: Track<()>,
}
// ANCHOR_END: inner

// SAFETY: an `Arc<T>` on another thread
// - gives `&T` to several threads at once: `T: Sync`;
// - may be the last, and drop the value there: `T: Send`.
// The counts are atomic. `Sync` needs both bounds, too: a thread with `&Arc<T>` can clone it.
unsafe impl<T: Send + Sync> Send for Arc<T> {}
// SAFETY: as above.
unsafe impl<T: Send + Sync> Sync for Arc<T> {}
// SAFETY: a `Weak` can be upgraded to an `Arc` on its thread, so as above.
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
    /// An associated function: a method would hide one of the same name of `T`.
    pub fn downgrade(this: &Self) -> Weak<T> {
        // Relaxed, as in `clone`: our own reference keeps the allocation alive.
        // One more than the weak references: the strong ones together hold one.
        if this.inner().weak.fetch_add(1, Ordering::Relaxed) > MAX_REFS {
            process::abort();
        }
        Weak { inner: this.inner }
    }
    // ANCHOR_END: downgrade

    /// How many strong references there are: a snapshot, which may be stale by the time you use it.
    pub fn strong_count(this: &Self) -> usize {
        this.inner().strong.load(Ordering::Relaxed)
    }

    /// How many weak references there are: a snapshot, too.
    pub fn weak_count(this: &Self) -> usize {
        // The strong references together hold one.
        this.inner().weak.load(Ordering::Relaxed) - 1
    }

    fn inner(&self) -> &Inner<T> {
        // SAFETY: this reference is counted, so the allocation outlives the borrow of `self`.
        unsafe { self.inner.as_ref() }
    }
}

// ANCHOR: clone
impl<T> Clone for Arc<T> {
    /// Makes another owner of the same value.
    fn clone(&self) -> Self {
        // Relaxed: our own reference keeps the value alive, and we access
        // nothing on the strength of the count. Sending the clone to another
        // thread has a happens-before of its own.
        //
        // Abort, not panic: the count has already gone up, and a caller that
        // catches panics could go on until it wraps around.
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
        // - alive: `strong` counts this reference, so the value outlives the borrow of `self`;
        // - no aliasing `&mut T`: only the drop of the value makes one.
        self.inner().value.with(|value| unsafe { &*value })
    }
}

// ANCHOR: drop
impl<T> Drop for Arc<T> {
    /// Gives up ownership. The last one to do so drops the value.
    fn drop(&mut self) {
        // Release pairs with the fence below, on the thread of the last owner:
        // our accesses to the value happen before its drop.
        if self.inner().strong.fetch_sub(1, Ordering::Release) != 1 {
            // Other owners are left, and may free everything from now on: no
            // access beyond this point.
            return;
        }
        // Acquire pairs with the Release `fetch_sub` of every other owner (all
        // of them are in one release sequence): their accesses happen before
        // the drop.
        fence(Ordering::Acquire);
        // The weak reference that the strong ones share. It is dropped after
        // the value, even if the value's drop panics.
        let _memory = Weak { inner: self.inner };
        self.inner().value.with_mut(|value| {
            // SAFETY:
            // - valid: `_memory` keeps it allocated;
            // - exclusive: `strong` is 0 and stays 0, so no other reference
            //   exists, and all former accesses happen before (the fence).
            let value = unsafe { &mut *value };
            // SAFETY: `strong` goes from 1 to 0 once, so the value is dropped
            // once, and it is not accessed later.
            unsafe { ManuallyDrop::drop(value) };
        });
    }
}
// ANCHOR_END: drop

impl<T> Weak<T> {
    // ANCHOR: upgrade
    /// Makes a strong reference, if there still is one.
    ///
    /// `None` means that the value has been dropped, or is being dropped.
    pub fn upgrade(&self) -> Option<Arc<T>> {
        let strong = &self.inner().strong;
        // Relaxed: the initialisation of the value happens before the `downgrade`
        // that made this weak reference, and so before us. The count publishes
        // nothing.
        let mut count = strong.load(Ordering::Relaxed);
        while count != 0 {
            if count >= MAX_REFS {
                process::abort();
            }
            // Check and increment in one step: in between, the last owner might go.
            match strong.compare_exchange_weak(
                count,
                count + 1,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Some(Arc { inner: self.inner }),
                Err(now) => count = now,
            }
        }
        None
    }
    // ANCHOR_END: upgrade

    /// How many strong references there are: a snapshot, and 0 once the value is gone.
    pub fn strong_count(&self) -> usize {
        self.inner().strong.load(Ordering::Relaxed)
    }

    fn inner(&self) -> &Inner<T> {
        // SAFETY: this reference is counted, so the allocation outlives the borrow of `self`.
        unsafe { self.inner.as_ref() }
    }
}

impl<T> Clone for Weak<T> {
    /// Makes another weak reference to the same value.
    fn clone(&self) -> Self {
        // As in `Arc::downgrade`.
        if self.inner().weak.fetch_add(1, Ordering::Relaxed) > MAX_REFS {
            process::abort();
        }
        Self { inner: self.inner }
    }
}

// ANCHOR: weak_drop
impl<T> Drop for Weak<T> {
    /// Gives up its share of the allocation. The last one to do so frees it.
    fn drop(&mut self) {
        // Release and Acquire as in `Arc::drop`, for the allocation: every
        // access to it, to the counts and by the drop of the value too, happens
        // before it is freed.
        if self.inner().weak.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            // SAFETY:
            // - `weak` is 0: no weak reference is left, and no strong one
            //   either, as they share one;
            // - the value has been dropped: the shared weak reference is
            //   dropped after it;
            // - the fence orders all of that before.
            unsafe { free(self.inner) };
        }
    }
}
// ANCHOR_END: weak_drop

// ANCHOR: free
/// Given: frees the memory, after checking that it may.
///
/// # Safety
///
/// The value has been dropped, no reference of either kind is left, and all of
/// that happens before this call.
unsafe fn free<T>(mut inner: NonNull<Inner<T>>) {
    {
        // SAFETY: the caller guarantees exclusive access.
        let inner = unsafe { inner.as_mut() };
        // Access each part exclusively: a model reports here if an access is
        // not ordered before.
        let (strong, weak) = (*inner.strong.get_mut(), *inner.weak.get_mut());
        inner.value.with_mut(|_| {});
        debug_assert!(
            (strong, weak) == (0, 0) || thread::panicking(),
            "the memory is to be freed, and {strong} strong and {weak} weak references still lead to it"
        );
    }
    // SAFETY: `Arc::new` leaked it from a `Box`, and it is freed once: no
    // reference is left.
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
