// Pitfall: The number is stored with Relaxed.
// Caught by: models::an_item_is_there_before_it_is_announced
// Because: data race
// Lesson: That you have won the position by a compare-exchange orders nothing: the consumer reads the number, so the number has to carry the edge.

use std::error::Error;
use std::fmt;
use std::mem::MaybeUninit;

use crossbeam_utils::CachePadded;

use crate::sync::atomic::{AtomicUsize, Ordering, fence};
use crate::sync::cell::UnsafeCell;
use crate::sync::{hint, thread};

/// A bounded queue, for any number of threads that push and any number that pop.
///
/// The algorithm is Dmitry Vyukov's (2010): each slot has a number that says whose turn it is. His answers *full* when a
/// slot is not free yet, and *empty* when an item is not there yet; this one first asks whether that is so, as
/// crossbeam's `ArrayQueue` does. His numbers cannot tell a single slot that is full from one that is empty; these can.
///
/// # Linearizable
///
/// Each call takes effect at one moment between its beginning and its end: a push when it moves `tail`, a pop when it
/// moves `head`. `Err(Full)` and `None` are exact: at some moment of the call the ring was full, or was empty, counting
/// calls that have taken effect and not returned.
///
/// # Blocking
///
/// Nothing here waits for room or for an item. But a call can meet another one that has taken effect and is not done
/// with its slot, and waits for that: first it spins, then it yields. So the ring is not lock-free: a thread that is
/// stopped for good in the middle of a call stops, sooner or later, all the others.
///
/// # Ordering
///
/// What a thread did before it pushed an item happens before what another does after it has popped that item.
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
/// Only what may be sent to another thread can go through:
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
// ANCHOR: ring
pub struct MpmcRing<T> {
    /// The position of the next item to come out. Positions only grow, as in
    /// `spsc_ring`.
    head: CachePadded<AtomicUsize>,
    /// The position of the next item to go in.
    tail: CachePadded<AtomicUsize>,
    /// A power of two of them.
    slots: Box<[Slot<T>]>,
}

/// A place for one item after another: for the positions p, p + `capacity`, p + 2 ×
/// `capacity`, …
struct Slot<T> {
    /// Whose turn it is: [`waits_for`] or [`holds`] a position.
    sequence: AtomicUsize,
    item: UnsafeCell<MaybeUninit<T>>,
}

/// The number of a slot that is empty, and waits for the item at `position`.
///
/// The slot is for whoever moves `tail` from there, and for nobody else.
fn waits_for(position: usize) -> usize {
    position.wrapping_mul(2)
}

/// The number of a slot that holds the item at `position`.
///
/// The slot is for whoever moves `head` from there, and for nobody else.
fn holds(position: usize) -> usize {
    waits_for(position).wrapping_add(1)
}
// ANCHOR_END: ring

// SAFETY: two threads never reach the item of a slot at the same time: the slot's number names one position, and only
// one thread moves `tail`, or `head`, from there. Items move from thread to thread that way, which `T: Send` allows.
// No two threads look at one item, so `T: Sync` is not needed.
unsafe impl<T: Send> Sync for MpmcRing<T> {}

impl<T> MpmcRing<T> {
    /// Makes a ring with room for at least `capacity` items, and at least one: the next power of two.
    ///
    /// # Panics
    ///
    /// Panics if there is no memory for so many slots.
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

    /// How many items there can be.
    pub fn capacity(&self) -> usize {
        self.slots.len()
    }

    // ANCHOR: try_push
    /// Puts an item in, if there is room.
    ///
    /// # Errors
    ///
    /// [`Full`], with the item, if the ring was full at some moment of this call.
    pub fn try_push(&self, item: T) -> Result<(), Full<T>> {
        let mut turns = 0;
        // Relaxed, here and below: it is a guess. The exchange checks it; and before
        // we say *full*, there is the fence.
        let mut tail = self.tail.load(Ordering::Relaxed);
        loop {
            let slot = self.slot(tail);
            // Acquire pairs with the Release store in `try_pop`: the item of the lap
            // before is out.
            let sequence = slot.sequence.load(Ordering::Acquire);
            // Positive: somebody was here before us. Negative: the slot is not free
            // for this lap.
            let ahead = sequence.wrapping_sub(waits_for(tail)).cast_signed();
            if ahead == 0 {
                // It waits for this position. Who moves `tail` from there has the
                // slot for itself.
                //
                // Release pairs with the fence below, in another call that has read
                // this `tail`: it sees what came before, the pops that made room
                // included. Acquire pairs with the Release of the push before, so
                // that all pushes happen one after another.
                // Not modelled: without Acquire, the language lets two threads see
                // each other's later moves (load buffering). No machine does so here,
                // and loom does not explore it.
                match self.tail.compare_exchange_weak(
                    tail,
                    tail.wrapping_add(1),
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                ) {
                    Ok(_) => {
                        slot.item.with_mut(|place| {
                            // SAFETY: nobody else reaches it: its number is ours
                            // until we change it.
                            unsafe { place.write(MaybeUninit::new(item)) }
                        });
                        // The exchange has ordered us already.
                        slot.sequence.store(holds(tail), Ordering::Relaxed);
                        return Ok(());
                    }
                    Err(now) => {
                        tail = now;
                        wait(&mut turns);
                    }
                }
            } else {
                if ahead < 0 {
                    // An item is in it, or is being moved in or out.
                    //
                    // SeqCst pairs with the fence in `try_pop`: of one thread that
                    // finds the ring full and one that finds it empty, the later sees
                    // what the earlier has seen. And as Acquire it pairs with the
                    // exchange that moved `tail` to where we have found it.
                    fence(Ordering::SeqCst);
                    // Relaxed: we want the number, and no slot.
                    if tail.wrapping_sub(self.head.load(Ordering::Relaxed)) == self.capacity() {
                        return Err(Full(item));
                    }
                    // There is room, and somebody is just moving out.
                    wait(&mut turns);
                }
                tail = self.tail.load(Ordering::Relaxed);
            }
        }
    }
    // ANCHOR_END: try_push

    // ANCHOR: try_pop
    /// Takes the oldest item out, if there is one. `None` means that the ring was
    /// empty at some moment of this call.
    pub fn try_pop(&self) -> Option<T> {
        let mut turns = 0;
        // ANCHOR: look
        // Relaxed, here and below: as in `try_push`.
        let mut head = self.head.load(Ordering::Relaxed);
        // ANCHOR_END: look
        loop {
            let slot = self.slot(head);
            // Acquire pairs with the Release store in `try_push`: the item is in.
            let sequence = slot.sequence.load(Ordering::Acquire);
            let ahead = sequence.wrapping_sub(holds(head)).cast_signed();
            if ahead == 0 {
                // Release pairs with the fence below, in another call that has read
                // this `head`: it sees what came before, the pushes of later items
                // included. Acquire pairs with the Release of the pop before.
                // Not modelled: Acquire, as in `try_push`.
                match self.head.compare_exchange_weak(
                    head,
                    head.wrapping_add(1),
                    Ordering::AcqRel,
                    Ordering::Relaxed,
                ) {
                    Ok(_) => {
                        // SAFETY: its number says that an item is in it, and is ours
                        // until we change it.
                        let item = unsafe { slot.take() };
                        let next = waits_for(head.wrapping_add(self.capacity()));
                        // Release pairs with the Acquire load in `try_push`: the item
                        // is out.
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
                    // It is empty, or an item is being moved in. The fence pairs with
                    // the one in `try_push`, and with the exchange that moved `head`
                    // to where we have found it.
                    fence(Ordering::SeqCst);
                    if self.tail.load(Ordering::Relaxed) == head {
                        return None;
                    }
                    // There is an item, and somebody is just moving it in.
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
    /// There is one, the caller sees it, and nobody reads, takes or drops it later.
    unsafe fn take(&self) -> T {
        self.item.with(|place| {
            // SAFETY: the caller's promise.
            unsafe { place.cast::<T>().read() }
        })
    }
}

/// Given: steps aside for other threads, and longer each time. Who comes back too soon only fetches their cache lines.
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
    /// Drops what was pushed and never popped. If a destructor panics, the others run
    /// all the same.
    fn drop(&mut self) {
        // No ordering: whoever drops the ring has it for itself.
        let (next, end) = (*self.head.get_mut(), *self.tail.get_mut());
        let mut left = Left {
            next,
            end,
            ring: self,
        };
        left.drop_all();
    }
}

/// The items that are left. A guard: it goes on where a panic has stopped it.
struct Left<'a, T> {
    next: usize,
    end: usize,
    ring: &'a MpmcRing<T>,
}

impl<T> Left<'_, T> {
    fn drop_all(&mut self) {
        while self.next != self.end {
            // SAFETY: no call is in the middle, so every slot from `head` to `tail`
            // holds an item. Each is taken once, for `next` moves on before anything
            // can panic.
            let item = unsafe { self.ring.slot(self.next).take() };
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

/// What [`MpmcRing::try_push`] says when there is no room. It holds the item.
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

impl<T> fmt::Debug for MpmcRing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MpmcRing").finish_non_exhaustive()
    }
}
