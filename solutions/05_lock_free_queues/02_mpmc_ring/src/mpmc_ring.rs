use std::error::Error;
use std::fmt;
use std::mem::MaybeUninit;

use crossbeam_utils::CachePadded;

use crate::sync::atomic::{AtomicUsize, Ordering, fence};
use crate::sync::cell::UnsafeCell;
use crate::sync::{hint, thread};

/// A bounded queue, with any number of producers and consumers.
///
/// The algorithm is Dmitry Vyukov's (2010): each slot has a sequence number that says whose turn it
/// is. His answers *full* when a slot is not free yet, and *empty* when an item is not in yet; this
/// one first checks the other position, as crossbeam's `ArrayQueue` does. With a single slot his
/// numbers cannot tell full from empty; these can.
///
/// # Linearizable
///
/// Each call takes effect at one moment between its beginning and its end, its *linearization
/// point*: a push when it moves `tail`, a pop when it moves `head`. `Err(Full)` and `None` are
/// exact: at some moment of the call the ring was full, or empty, counting calls that have taken
/// effect and not returned.
///
/// # Blocking
///
/// No call waits for room or for an item. But a call can meet another one that has taken effect and
/// is not done with its slot, and waits for that: first it spins, then it yields. So the ring is
/// not lock-free: a thread that is suspended forever in the middle of a call sooner or later blocks
/// all the others.
///
/// # Ordering
///
/// What a thread did before it pushed an item happens before what another does after it popped that
/// item.
///
/// # Examples
///
/// ```
/// use std::thread;
/// use mpmc_ring::MpmcRing;
///
/// let ring = MpmcRing::new(8);
/// thread::scope(|scope| {
///     scope.spawn(|| ring.try_push("one").expect("there is room"));
///     scope.spawn(|| ring.try_push("two").expect("there is room"));
/// });
/// let mut both = [ring.try_pop().unwrap(), ring.try_pop().unwrap()];
/// both.sort();
/// assert_eq!(both, ["one", "two"]);
/// assert_eq!(ring.try_pop(), None);
/// ```
///
/// Items move between threads, so they must be `Send`:
///
/// ```compile_fail,E0277
/// use std::rc::Rc;
/// use mpmc_ring::MpmcRing;
///
/// let ring = MpmcRing::new(8);
/// std::thread::scope(|scope| {
///     scope.spawn(|| ring.try_push(Rc::new(1))); // error[E0277]: `Rc<i32>` cannot be sent between threads safely
/// });
/// ```
///
/// A ring for items that live for ever is none for items that live less long, which would come out as if they did:
///
/// ```compile_fail
/// # use mpmc_ring::MpmcRing;
/// fn shorten<'l, 'v>(ring: &'l MpmcRing<&'static str>) -> &'l MpmcRing<&'v str> {
///     ring // error: lifetime may not live long enough
/// }
/// ```
// ANCHOR: ring
pub struct MpmcRing<T> {
    /// The position of the next item to pop. Positions only grow, as in
    /// `spsc_ring`.
    head: CachePadded<AtomicUsize>,
    /// The position of the next item to push.
    tail: CachePadded<AtomicUsize>,
    /// Their number is a power of two.
    slots: Box<[Slot<T>]>,
}

/// A place for one item after another: for the positions p, p + `capacity`, p + 2 ×
/// `capacity`, …
struct Slot<T> {
    /// Whose turn it is: [`waits_for`] or [`holds`] a position.
    sequence: AtomicUsize,
    item: UnsafeCell<MaybeUninit<T>>,
}

/// The number of an empty slot that waits for the item at `position`.
///
/// The thread that moves `tail` from there has exclusive access to the slot.
fn waits_for(position: usize) -> usize {
    position.wrapping_mul(2)
}

/// The number of a slot that holds the item at `position`.
///
/// The thread that moves `head` from there has exclusive access to the slot.
fn holds(position: usize) -> usize {
    waits_for(position).wrapping_add(1)
}
// ANCHOR_END: ring

// SAFETY:
// - access to a slot's item is exclusive: its number names one position, and only one thread moves
//   `tail`, or `head`, from there;
// - items move between threads, hence `T: Send`. They are never shared, so `T: Sync` is not
//   required.
unsafe impl<T: Send> Sync for MpmcRing<T> {}

impl<T> MpmcRing<T> {
    /// Makes a ring with room for at least `capacity` items, and at least one: the next power of two.
    ///
    /// # Panics
    ///
    /// Panics if so many slots are more than an address can tell. Where there is no memory for them, the process aborts, as with
    /// a `Vec` of that size.
    pub fn new(capacity: usize) -> Self {
        Self::starting_at(capacity, 0)
    }

    /// As [`new`](Self::new), with both positions at `first`.
    ///
    /// For tests, which cannot wait until 2⁶⁴ items have gone through.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    pub fn starting_at(capacity: usize, first: usize) -> Self {
        let slots = capacity
            .checked_next_power_of_two()
            .expect("no machine has memory for so many slots");
        let slot = |index: usize| {
            let position = first.wrapping_add(index.wrapping_sub(first) & (slots - 1));
            Slot {
                sequence: AtomicUsize::new(waits_for(position)),
                item: UnsafeCell::new(MaybeUninit::uninit()),
            }
        };
        Self {
            head: CachePadded::new(AtomicUsize::new(first)),
            tail: CachePadded::new(AtomicUsize::new(first)),
            slots: (0..slots).map(slot).collect(),
        }
    }

    /// The maximum number of items.
    pub fn capacity(&self) -> usize {
        self.slots.len()
    }

    // ANCHOR: try_push
    /// Pushes an item, if there is room.
    ///
    /// # Errors
    ///
    /// [`Full`], with the item, if the ring was full at some moment of this call.
    pub fn try_push(&self, item: T) -> Result<(), Full<T>> {
        let mut turns = 0;
        // Relaxed, here and below: a guess, which the exchange checks, or the fence
        // before we return *full*.
        let mut tail = self.tail.load(Ordering::Relaxed);
        loop {
            let slot = self.slot(tail);
            // Acquire pairs with the Release store in `try_pop`: the read of the
            // previous lap's item happens before our write.
            let sequence = slot.sequence.load(Ordering::Acquire);
            // Positive: another push took this position. Negative: the slot is not
            // free for this lap.
            let ahead = sequence.wrapping_sub(waits_for(tail)).cast_signed();
            if ahead == 0 {
                // It waits for this position. The thread that moves `tail` from
                // there has exclusive access to the slot.
                //
                // Release pairs with the fence below, in another call that has read
                // this `tail`: what came before, the pops that made room included,
                // happens before its check. Acquire pairs with the Release of the
                // previous push, so that pushes are ordered by happens-before.
                // Not modelled: without Acquire, the language lets two threads see
                // each other's later moves (load buffering). We know of no machine
                // that does so here, and loom does not explore it.
                match self.tail.compare_exchange_weak(
                    tail,
                    tail.wrapping_add(1),
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                ) {
                    Ok(_) => {
                        slot.item.with_mut(|place| {
                            // SAFETY: exclusive: we moved `tail` from the position
                            // that its number names, until we change it.
                            unsafe { place.write(MaybeUninit::new(item)) }
                        });
                        // Release pairs with the Acquire load in `try_pop`: our
                        // write of the item happens before its read.
                        slot.sequence.store(holds(tail), Ordering::Release);
                        return Ok(());
                    }
                    Err(now) => {
                        tail = now;
                        wait(&mut turns);
                    }
                }
            } else {
                if ahead < 0 {
                    // It holds an item, or one is being moved in or out.
                    //
                    // SeqCst pairs with the fence in `try_pop`: of a thread that
                    // finds the ring full and one that finds it empty, the later
                    // sees what the earlier has seen. As an Acquire fence, it pairs
                    // with the Release exchange that moved `tail` to the value we
                    // loaded.
                    fence(Ordering::SeqCst);
                    // Relaxed: we use only the number, and access no slot.
                    if tail.wrapping_sub(self.head.load(Ordering::Relaxed)) == self.capacity() {
                        return Err(Full(item));
                    }
                    // There is room: a pop is still moving its item out.
                    wait(&mut turns);
                }
                tail = self.tail.load(Ordering::Relaxed);
            }
        }
    }
    // ANCHOR_END: try_push

    // ANCHOR: try_pop
    /// Pops the oldest item, if there is one. `None` means that the ring was empty
    /// at some moment of this call.
    pub fn try_pop(&self) -> Option<T> {
        let mut turns = 0;
        // ANCHOR: look
        // Relaxed, here and below: as in `try_push`.
        let mut head = self.head.load(Ordering::Relaxed);
        // ANCHOR_END: look
        loop {
            let slot = self.slot(head);
            // Acquire pairs with the Release store in `try_push`: the write of the
            // item happens before our read.
            let sequence = slot.sequence.load(Ordering::Acquire);
            let ahead = sequence.wrapping_sub(holds(head)).cast_signed();
            if ahead == 0 {
                // Release pairs with the fence below, in another call that has read
                // this `head`: what came before, the pushes of later items
                // included, happens before its check. Acquire pairs with the
                // Release of the previous pop.
                // Not modelled: Acquire, as in `try_push`.
                match self.head.compare_exchange_weak(
                    head,
                    head.wrapping_add(1),
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                ) {
                    Ok(_) => {
                        // SAFETY: its number says that it is initialised, and we
                        // moved `head` from that position: exclusive, read once.
                        let item = unsafe { slot.take() };
                        let next = waits_for(head.wrapping_add(self.capacity()));
                        // Release pairs with the Acquire load in `try_push`: our
                        // read happens before the next write.
                        slot.sequence.store(next, Ordering::Release);
                        return Some(item);
                    }
                    Err(now) => {
                        head = now;
                        wait(&mut turns);
                    }
                }
            } else {
                // ANCHOR: empty
                if ahead < 0 {
                    // It is empty, or an item is being moved in. The fence pairs with the one
                    // in `try_push`, and with the Release exchange that moved `head` to the
                    // value we loaded.
                    fence(Ordering::SeqCst);
                    if self.tail.load(Ordering::Relaxed) == head {
                        return None;
                    }
                    // There is an item: a push is still moving it in.
                    wait(&mut turns);
                }
                // ANCHOR_END: empty
                head = self.head.load(Ordering::Relaxed);
            }
        }
    }
    // ANCHOR_END: try_pop

    /// Given: the slot of a position.
    fn slot(&self, position: usize) -> &Slot<T> {
        // As `position % self.slots.len()`, for a power of two.
        &self.slots[position & (self.slots.len() - 1)]
    }
}

impl<T> Slot<T> {
    /// Given: moves the item out.
    ///
    /// # Safety
    ///
    /// The slot is initialised, that happens before this call, and the item is not accessed again.
    unsafe fn take(&self) -> T {
        self.item.with(|place| {
            // SAFETY: guaranteed by the caller.
            unsafe { place.cast::<T>().read() }
        })
    }
}

/// Given: exponential back-off, and then `yield_now`. Retrying too soon only adds contention for
/// the cache line.
fn wait(turns: &mut u32) {
    if *turns < 7 {
        for _ in 0..1 << *turns {
            hint::spin_loop();
        }
        *turns += 1;
    } else {
        thread::yield_now();
    }
}

// ANCHOR: drop
impl<T> Drop for MpmcRing<T> {
    /// Drops the remaining items. If a destructor panics, the others still run.
    fn drop(&mut self) {
        // No ordering: `&mut self` is exclusive.
        let (next, end) = (*self.head.get_mut(), *self.tail.get_mut());
        let mut left = Left {
            next,
            end,
            ring: self,
        };
        left.drop_all();
    }
}

/// The remaining items. A guard: its drop continues where a panic stopped.
struct Left<'a, T> {
    next: usize,
    end: usize,
    ring: &'a MpmcRing<T>,
}

impl<T> Left<'_, T> {
    fn drop_all(&mut self) {
        while self.next != self.end {
            // SAFETY: `&mut self`: no call is in progress, so every slot from
            // `head` to `tail` is initialised. Each is read once: `next` moves
            // on before a destructor can panic.
            let item = unsafe { self.ring.slot(self.next).take() };
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

/// The error of [`MpmcRing::try_push`] when there is no room. It holds the item.
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

impl<T> fmt::Debug for MpmcRing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MpmcRing").finish_non_exhaustive()
    }
}
