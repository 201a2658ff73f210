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
        todo!("count one weak reference more, and make it")
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
        todo!("count one strong reference more, and make it")
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
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !thread::panicking() {
            todo!(
                "count one strong reference less; if it was the last, drop the value and let go of the memory"
            )
        }
    }
}
// ANCHOR_END: drop

impl<T> Weak<T> {
    // ANCHOR: upgrade
    /// Makes a strong reference, if there still is one.
    ///
    /// `None` means that the value has been dropped, or is being dropped.
    pub fn upgrade(&self) -> Option<Arc<T>> {
        todo!("count one strong reference more, unless there is none")
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
        todo!("count one weak reference more, and make it")
    }
}

// ANCHOR: weak_drop
impl<T> Drop for Weak<T> {
    /// Gives up its share of the allocation. The last one to do so frees it.
    fn drop(&mut self) {
        if !thread::panicking() {
            todo!("count one weak reference less; if it was the last, `free` the memory")
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
