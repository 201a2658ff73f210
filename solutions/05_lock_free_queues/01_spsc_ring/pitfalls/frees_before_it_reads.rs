// Pitfall: Moves `head`, and takes the item out then.
// Caught by: models::an_item_is_out_before_its_slot_is_free
// Because: data race
// Lesson: To move `head` is to give the slot away: after it you may not even look.

use std::error::Error;
use std::fmt;
use std::iter;
use std::mem::MaybeUninit;

use crossbeam_utils::CachePadded;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::tracked::Arc;

/// What both ends share: the slots, and how far each end has got.
///
/// A *position* counts items, from the first one that there ever was: `tail` have been pushed, `head` have been
/// popped. Positions only grow, and after `usize::MAX` comes 0: compute with `wrapping_add` and `wrapping_sub`.
///
/// | positions | what lies there | whose slots these are |
/// |---|---|---|
/// | `head..tail` | items | the consumer's |
/// | `tail..head + capacity` | nothing | the producer's |
// ANCHOR: shared
struct Shared<T> {
    /// Where the next item comes out. Only the consumer writes it.
    head: CachePadded<AtomicUsize>,
    /// Where the next item goes in. Only the producer writes it.
    tail: CachePadded<AtomicUsize>,
    /// A power of two of them, and at least `capacity`.
    slots: Box<[UnsafeCell<MaybeUninit<T>>]>,
    /// How many items there may be.
    capacity: usize,
}
// ANCHOR_END: shared

// SAFETY: two threads that share a `Shared<T>` never reach the same slot at the same time: each slot is the
// producer's or the consumer's, by the table above, and there is one of each. Items move from thread to thread that
// way, which `T: Send` allows. No two threads look at one item, so `T: Sync` is not needed.
unsafe impl<T: Send> Sync for Shared<T> {}

/// Makes a ring with room for `capacity` items, and returns its two ends.
///
/// A ring with no room at all is full and empty for ever.
///
/// # Panics
///
/// Panics if there is no memory for so many slots. Their number is the next power of two.
///
/// # Ordering
///
/// What the producer did before it pushed an item happens before what the consumer does after it has popped that
/// item.
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
    // With a power of two, slots and positions wrap round together. With seven slots, position `usize::MAX` and
    // position 0 would not be neighbours.
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

/// The end where items go in. There is one, and whoever pushes has it for itself.
///
/// It may go to another thread, which is what it is for:
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
// ANCHOR: producer
pub struct Producer<T> {
    shared: Arc<Shared<T>>,
    /// `shared.tail`: nobody else writes it, so it need not be loaded.
    tail: usize,
    /// `shared.head` when we last looked. It may have grown since.
    head: usize,
}
// ANCHOR_END: producer

impl<T> Producer<T> {
    // ANCHOR: try_push
    /// Puts an item in, if there is room. Never waits.
    ///
    /// # Errors
    ///
    /// [`Full`], with the item, if no room is left that this thread knows of. The
    /// consumer may be making some.
    pub fn try_push(&mut self, item: T) -> Result<(), Full<T>> {
        let shared = &*self.shared;
        if self.tail.wrapping_sub(self.head) == shared.capacity {
            // It was full when we last looked. Acquire pairs with the Release store
            // in `try_pop`: the consumer is done with the slots of all positions
            // before this `head`, and they are ours to write.
            self.head = shared.head.load(Ordering::Acquire);
            if self.tail.wrapping_sub(self.head) == shared.capacity {
                return Err(Full(item));
            }
        }
        shared.slot(self.tail).with_mut(|slot| {
            // SAFETY:
            // - valid: `self.shared` keeps the slots alive;
            // - nobody else reaches it: `tail` is less than `head + capacity`, so it
            //   is the producer's, and that is us.
            unsafe { slot.write(MaybeUninit::new(item)) }
        });
        self.tail = self.tail.wrapping_add(1);
        // Release pairs with the Acquire load in `try_pop`: who sees this `tail` sees
        // the item before it.
        shared.tail.store(self.tail, Ordering::Release);
        Ok(())
    }
    // ANCHOR_END: try_push
}

/// The end where items come out. There is one, and whoever pops has it for itself.
// ANCHOR: consumer
pub struct Consumer<T> {
    shared: Arc<Shared<T>>,
    /// `shared.head`: nobody else writes it, so it need not be loaded.
    head: usize,
    /// `shared.tail` when we last looked. It may have grown since.
    tail: usize,
}
// ANCHOR_END: consumer

impl<T> Consumer<T> {
    // ANCHOR: try_pop
    /// Takes the oldest item out, if there is one. Never waits.
    ///
    /// `None` means that there is none that this thread knows of. The producer may be
    /// pushing one.
    pub fn try_pop(&mut self) -> Option<T> {
        let shared = &*self.shared;
        if self.head == self.tail {
            // It was empty when we last looked. Acquire pairs with the Release store
            // in `try_push`: the items at all positions before this `tail` are there,
            // and ours to take.
            self.tail = shared.tail.load(Ordering::Acquire);
            if self.head == self.tail {
                return None;
            }
        }
        // ANCHOR: taken
        let place = self.head;
        self.head = self.head.wrapping_add(1);
        // Release pairs with the Acquire load in `try_push`.
        shared.head.store(self.head, Ordering::Release);
        // SAFETY: `place` was before `tail`, so an item lies there.
        Some(unsafe { shared.take(place) })
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
    /// An item lies there, the caller sees it, and nobody reads, takes or drops it later.
    unsafe fn take(&self, position: usize) -> T {
        self.slot(position).with(|slot| {
            // SAFETY: the caller's promise.
            unsafe { slot.cast::<T>().read() }
        })
    }
}

// ANCHOR: drop
impl<T> Drop for Shared<T> {
    /// Drops what was pushed and never popped. If a destructor panics, the others run
    /// all the same.
    ///
    /// Whichever end is dropped last comes here.
    fn drop(&mut self) {
        // No ordering: whoever drops the last reference to the ring has it for
        // itself.
        let (next, end) = (*self.head.get_mut(), *self.tail.get_mut());
        let mut left = Left {
            next,
            end,
            shared: self,
        };
        left.drop_all();
    }
}

/// The items that are left. A guard: it goes on where a panic has stopped it.
struct Left<'a, T> {
    next: usize,
    end: usize,
    shared: &'a Shared<T>,
}

impl<T> Left<'_, T> {
    fn drop_all(&mut self) {
        while self.next != self.end {
            // SAFETY: between `head` and `tail` lie items. Each is taken once, for
            // `next` moves on before anything can panic, and nobody else will look
            // for it.
            let item = unsafe { self.shared.take(self.next) };
            self.next = self.next.wrapping_add(1);
            drop(item);
        }
    }
}

impl<T> Drop for Left<'_, T> {
    /// Finds nothing, unless a destructor has panicked. A second panic aborts, as
    /// anywhere.
    fn drop(&mut self) {
        self.drop_all();
    }
}
// ANCHOR_END: drop

/// What [`Producer::try_push`] says when there is no room. It holds the item.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Full<T>(pub T);

impl<T> fmt::Debug for Full<T> {
    /// Asks nothing of `T`, so that every result can be unwrapped.
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
