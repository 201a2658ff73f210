use std::error::Error;
use std::fmt;
use std::iter;
use std::mem::MaybeUninit;

use crossbeam_utils::CachePadded;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::tracked::Arc;

/// What both ends share: the slots, and the position of each end.
///
/// A *position* counts items from the very first: `tail` have been pushed, `head` have been popped.
/// Positions only grow, and wrap around after `usize::MAX`: use `wrapping_add` and `wrapping_sub`.
///
/// | positions | content | owner of the slots |
/// |---|---|---|
/// | `head..tail` | items | the consumer's |
/// | `tail..head + capacity` | nothing | the producer's |
// ANCHOR: shared
struct Shared<T> {
    /// The position of the next item to pop. Only the consumer writes it.
    head: CachePadded<AtomicUsize>,
    /// The position of the next item to push. Only the producer writes it.
    tail: CachePadded<AtomicUsize>,
    /// Their number is a power of two, at least `capacity`.
    slots: Box<[UnsafeCell<MaybeUninit<T>>]>,
    /// The maximum number of items.
    capacity: usize,
}
// ANCHOR_END: shared

// SAFETY:
// - access to a slot is exclusive: by the table above it is owned by the producer or by the
//   consumer, and there is one of each;
// - items move between threads, hence `T: Send`. They are never shared, so `T: Sync` is not
//   required.
unsafe impl<T: Send> Sync for Shared<T> {}

/// Makes a ring with room for `capacity` items, and returns its two ends.
///
/// A ring of capacity 0 is always both full and empty.
///
/// # Panics
///
/// Panics if so many slots are more than an address can tell: their number is the next power of two, and all of them are made
/// at once. Where there is no memory for them, the process aborts, as with a `Vec` of that size.
///
/// # Ordering
///
/// What the producer did before it pushed an item happens before what the consumer does after it
/// popped that item.
///
/// # Examples
///
/// ```
/// use std::thread;
///
/// let (mut producer, mut consumer) = spsc_ring::ring(8);
/// let other = thread::spawn(move || {
///     for n in 0..5 {
///         producer.try_push(n).expect("there is room for all of them");
///     }
/// });
/// other.join().unwrap();
/// assert_eq!(consumer.try_pop(), Some(0));
/// assert_eq!(consumer.try_pop(), Some(1));
/// // The other three are dropped with the ring.
/// ```
pub fn ring<T>(capacity: usize) -> (Producer<T>, Consumer<T>) {
    ring_at(capacity, 0)
}

/// As [`ring`], with both positions at `first`.
///
/// For tests, which cannot wait until 2⁶⁴ items have gone through. On a 32-bit machine a busy ring gets there in half
/// a minute.
///
/// # Panics
///
/// As [`ring`].
pub fn ring_at<T>(capacity: usize, first: usize) -> (Producer<T>, Consumer<T>) {
    // With a power of two, slot indices and positions wrap around together. With seven slots,
    // positions `usize::MAX` and 0 would not be neighbours.
    let slots = capacity
        .checked_next_power_of_two()
        .expect("no machine has memory for so many slots");
    let slot = || UnsafeCell::new(MaybeUninit::uninit());
    let shared = Arc::new(Shared {
        head: CachePadded::new(AtomicUsize::new(first)),
        tail: CachePadded::new(AtomicUsize::new(first)),
        slots: iter::repeat_with(slot).take(slots).collect(),
        capacity,
    });
    let producer = Producer {
        shared: Arc::clone(&shared),
        tail: first,
        head: first,
    };
    let consumer = Consumer {
        shared,
        head: first,
        tail: first,
    };
    (producer, consumer)
}

/// The pushing end. There is one, and pushing takes `&mut self`.
///
/// It is meant to move to another thread:
///
/// ```compile_fail,E0382
/// let (mut producer, consumer) = spsc_ring::ring(8);
/// std::thread::spawn(move || producer.try_push(1));
/// producer.try_push(2); // error[E0382]: borrow of moved value: `producer`
/// ```
///
/// There cannot be a second one:
///
/// ```compile_fail,E0599
/// let (producer, consumer) = spsc_ring::ring::<u32>(8);
/// let second = producer.clone(); // error[E0599]: no method named `clone` found for struct `Producer<T>`
/// ```
///
/// Nor is it a producer of items that live less long, which would come out as items that live for ever:
///
/// ```compile_fail
/// # use spsc_ring::Producer;
/// fn shorten<'v>(producer: Producer<&'static str>) -> Producer<&'v str> {
///     producer // error: lifetime may not live long enough
/// }
/// ```
// ANCHOR: producer
pub struct Producer<T> {
    shared: Arc<Shared<T>>,
    /// A copy of `shared.tail`: only we write it, so it need not be loaded.
    tail: usize,
    /// `shared.head` as last loaded. It may have grown since.
    head: usize,
}
// ANCHOR_END: producer

impl<T> Producer<T> {
    // ANCHOR: try_push
    /// Pushes an item, if there is room. Never blocks.
    ///
    /// # Errors
    ///
    /// [`Full`], with the item, if no room is visible to this thread. A pop may be
    /// in progress.
    pub fn try_push(&mut self, item: T) -> Result<(), Full<T>> {
        let shared = &*self.shared;
        if self.tail.wrapping_sub(self.head) == shared.capacity {
            // Full by our copy: reload. Acquire pairs with the Release store in
            // `try_pop`: the consumer's reads of all slots before this `head`
            // happen before our writes.
            self.head = shared.head.load(Ordering::Acquire);
            if self.tail.wrapping_sub(self.head) == shared.capacity {
                return Err(Full(item));
            }
        }
        shared.slot(self.tail).with_mut(|slot| {
            // SAFETY:
            // - valid: `self.shared` keeps the slots alive;
            // - exclusive: `tail` is less than `head + capacity`, so the slot is
            //   the producer's, which we are.
            unsafe { slot.write(MaybeUninit::new(item)) }
        });
        self.tail = self.tail.wrapping_add(1);
        // Release pairs with the Acquire load in `try_pop`: the write of the item
        // happens before its read.
        shared.tail.store(self.tail, Ordering::Release);
        Ok(())
    }
    // ANCHOR_END: try_push
}

/// The popping end. There is one, and popping takes `&mut self`.
// ANCHOR: consumer
pub struct Consumer<T> {
    shared: Arc<Shared<T>>,
    /// A copy of `shared.head`: only we write it, so it need not be loaded.
    head: usize,
    /// `shared.tail` as last loaded. It may have grown since.
    tail: usize,
}
// ANCHOR_END: consumer

impl<T> Consumer<T> {
    // ANCHOR: try_pop
    /// Pops the oldest item, if there is one. Never blocks.
    ///
    /// `None` means that no item is visible to this thread. A push may be in
    /// progress.
    pub fn try_pop(&mut self) -> Option<T> {
        let shared = &*self.shared;
        if self.head == self.tail {
            // Empty by our copy: reload. Acquire pairs with the Release store in
            // `try_push`: the writes of all items before this `tail` happen before
            // our reads.
            self.tail = shared.tail.load(Ordering::Acquire);
            if self.head == self.tail {
                return None;
            }
        }
        // ANCHOR: taken
        // SAFETY: `head` is before `tail`, so the slot is initialised, and we acquired
        // that `tail`. `head` moves on, so the item is not read again.
        let item = unsafe { shared.take(self.head) };
        self.head = self.head.wrapping_add(1);
        // Release pairs with the Acquire load in `try_push`: our read of the slot
        // happens before it is written again.
        shared.head.store(self.head, Ordering::Release);
        Some(item)
        // ANCHOR_END: taken
    }
    // ANCHOR_END: try_pop
}

impl<T> Shared<T> {
    /// Given: the slot of a position.
    fn slot(&self, position: usize) -> &UnsafeCell<MaybeUninit<T>> {
        // As `position % self.slots.len()`, for a power of two.
        &self.slots[position & (self.slots.len() - 1)]
    }

    /// Given: moves the item at `position` out.
    ///
    /// # Safety
    ///
    /// The slot is initialised, that happens before this call, and the item is not accessed again.
    unsafe fn take(&self, position: usize) -> T {
        self.slot(position).with(|slot| {
            // SAFETY: guaranteed by the caller.
            unsafe { slot.cast::<T>().read() }
        })
    }
}

// ANCHOR: drop
impl<T> Drop for Shared<T> {
    /// Drops the remaining items. If a destructor panics, the others still run.
    ///
    /// Runs when the last end is dropped.
    fn drop(&mut self) {
        // No ordering: `&mut self` is exclusive, and `Arc` orders its drop
        // after all other use.
        let (next, end) = (*self.head.get_mut(), *self.tail.get_mut());
        let mut left = Left {
            next,
            end,
            shared: self,
        };
        left.drop_all();
    }
}

/// The remaining items. A guard: its drop continues where a panic stopped.
struct Left<'a, T> {
    next: usize,
    end: usize,
    shared: &'a Shared<T>,
}

impl<T> Left<'_, T> {
    fn drop_all(&mut self) {
        while self.next != self.end {
            // SAFETY: the slots between `head` and `tail` are initialised. Each
            // is read once: `next` moves on before a destructor can panic, and
            // access is exclusive.
            let item = unsafe { self.shared.take(self.next) };
            self.next = self.next.wrapping_add(1);
            drop(item);
        }
    }
}

impl<T> Drop for Left<'_, T> {
    /// A no-op unless a destructor has panicked. A second panic aborts, as
    /// usual.
    fn drop(&mut self) {
        self.drop_all();
    }
}
// ANCHOR_END: drop

/// The error of [`Producer::try_push`] when there is no room. It holds the item.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Full<T>(pub T);

impl<T> fmt::Debug for Full<T> {
    /// Has no bound on `T`, so that every result can be unwrapped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Full(..)")
    }
}

impl<T> fmt::Display for Full<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the ring is full")
    }
}

impl<T> Error for Full<T> {}

impl<T> fmt::Debug for Producer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").finish_non_exhaustive()
    }
}
