// Given. Nothing is to be done in this file.

use std::mem::MaybeUninit;

use crossbeam_utils::CachePadded;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::cell::UnsafeCell;

/// A bounded queue for any number of threads, in which no call ever waits.
///
/// It is the ring of `mpmc_ring` with the answers of its inventor, Dmitry Vyukov (2010): where that one waits for
/// another thread that is in the middle of a call, this one says *full*, or *empty*.
pub(crate) struct Ring<T> {
    /// The position of the next item to pop. Positions only grow, and wrap round.
    head: CachePadded<AtomicUsize>,
    /// The position of the next item to push.
    tail: CachePadded<AtomicUsize>,
    /// Their number is a power of two.
    slots: Box<[Slot<T>]>,
}

/// A place for one item after another: for the positions p, p + `capacity`, p + 2 × `capacity`, …
struct Slot<T> {
    /// Whose turn it is: [`waits_for`] or [`holds`] a position.
    sequence: AtomicUsize,
    item: UnsafeCell<MaybeUninit<T>>,
}

/// The number of an empty slot. The thread that moves `tail` from there has exclusive access.
fn waits_for(position: usize) -> usize {
    position.wrapping_mul(2)
}

/// The number of a full slot. The thread that moves `head` from there has exclusive access.
fn holds(position: usize) -> usize {
    waits_for(position).wrapping_add(1)
}

// SAFETY:
// - access to a slot's item is exclusive: its number names one position, and only one thread moves
//   `tail`, or `head`, from there;
// - items move between threads, hence `T: Send`. They are never shared, so `T: Sync` is not
//   required.
unsafe impl<T: Send> Sync for Ring<T> {}

impl<T> Ring<T> {
    /// Makes a ring with room for at least `capacity` items, and at least one: the next power of two.
    pub(crate) fn new(capacity: usize) -> Self {
        let slots = capacity
            .checked_next_power_of_two()
            .expect("no machine has memory for so many slots");
        let slot = |position| Slot {
            sequence: AtomicUsize::new(waits_for(position)),
            item: UnsafeCell::new(MaybeUninit::uninit()),
        };
        Self {
            head: CachePadded::new(AtomicUsize::new(0)),
            tail: CachePadded::new(AtomicUsize::new(0)),
            slots: (0..slots).map(slot).collect(),
        }
    }

    /// The maximum number of items.
    pub(crate) fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// The number of items. Exact: `&mut self` is exclusive.
    pub(crate) fn len(&mut self) -> usize {
        self.tail.get_mut().wrapping_sub(*self.head.get_mut())
    }

    /// Pushes an item, or returns it if there is no room. Never waits.
    pub(crate) fn try_push(&self, item: T) -> Result<(), T> {
        // Relaxed, here and at the exchange: `tail` only assigns positions. The slots' numbers
        // synchronize.
        let mut tail = self.tail.load(Ordering::Relaxed);
        loop {
            let slot = self.slot(tail);
            // Acquire pairs with the Release in `try_pop`: the last read of the slot happens before
            // our write.
            let sequence = slot.sequence.load(Ordering::Acquire);
            if sequence != waits_for(tail) {
                // Either `tail` is stale, or the slot is not free.
                let now = self.tail.load(Ordering::Relaxed);
                if now == tail {
                    return Err(item);
                }
                tail = now;
                continue;
            }
            let next = tail.wrapping_add(1);
            match self
                .tail
                .compare_exchange_weak(tail, next, Ordering::Relaxed, Ordering::Relaxed)
            {
                Ok(_) => {
                    slot.item.with_mut(|place| {
                        // SAFETY: exclusive: the slot waits for this position, which only our
                        // exchange took.
                        unsafe { place.write(MaybeUninit::new(item)) }
                    });
                    // Release pairs with the Acquire in `try_pop`: our write happens before its
                    // read.
                    slot.sequence.store(holds(tail), Ordering::Release);
                    return Ok(());
                }
                Err(now) => tail = now,
            }
        }
    }

    /// Pops the oldest item, if it is in. Never waits.
    pub(crate) fn try_pop(&self) -> Option<T> {
        // Relaxed, as in `try_push`.
        let mut head = self.head.load(Ordering::Relaxed);
        loop {
            let slot = self.slot(head);
            // Acquire pairs with the Release in `try_push`: the write of the item happens before
            // our read.
            let sequence = slot.sequence.load(Ordering::Acquire);
            if sequence != holds(head) {
                // Either `head` is stale, or the slot is still empty.
                let now = self.head.load(Ordering::Relaxed);
                if now == head {
                    return None;
                }
                head = now;
                continue;
            }
            let next = head.wrapping_add(1);
            match self
                .head
                .compare_exchange_weak(head, next, Ordering::Relaxed, Ordering::Relaxed)
            {
                Ok(_) => {
                    let item = slot.item.with(|place| {
                        // SAFETY: the slot holds the item of this position, which only our exchange
                        // took: it is read once.
                        unsafe { place.cast::<T>().read() }
                    });
                    let lap = head.wrapping_add(self.slots.len());
                    // Release pairs with the Acquire in `try_push`: our read happens before the
                    // next write.
                    slot.sequence.store(waits_for(lap), Ordering::Release);
                    return Some(item);
                }
                Err(now) => head = now,
            }
        }
    }

    fn slot(&self, position: usize) -> &Slot<T> {
        &self.slots[position & (self.slots.len() - 1)]
    }
}

impl<T> Drop for Ring<T> {
    /// Drops the remaining items. If a destructor panics, the others still run.
    fn drop(&mut self) {
        struct Rest<'a, T>(&'a Ring<T>);

        impl<T> Drop for Rest<'_, T> {
            fn drop(&mut self) {
                while self.0.try_pop().is_some() {}
            }
        }

        let rest = Rest(self);
        while rest.0.try_pop().is_some() {}
    }
}
