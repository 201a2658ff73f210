//! The ways from one thread to another.

use std::collections::VecDeque;
use std::hint;
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crossbeam_queue::{ArrayQueue, SegQueue};
use our_mpmc_ring::MpmcRing;
use our_ms_queue::MsQueue;
use our_treiber_stack::TreiberStack;

/// How often a thread looks again before it lets another one run.
const LOOKS: u32 = 64;

/// Something that items go through, from any thread to any other.
pub(crate) trait Queue<T>: Sync {
    /// Makes one with room for so many, or without a bound if it has none.
    fn with_room_for(capacity: usize) -> Self;
    /// Pushes all of them, and waits for room where there is none.
    fn push_all(&self, items: impl Iterator<Item = T>);
    /// Pops so many, and waits for them.
    fn pop_all(&self, count: u64, each: impl FnMut(T));
}

fn push_all<T>(items: impl Iterator<Item = T>, mut try_push: impl FnMut(T) -> Result<(), T>) {
    for item in items {
        let mut item = item;
        let mut looks = 0;
        while let Err(refused) = try_push(item) {
            item = refused;
            wait(&mut looks);
        }
    }
}

fn pop_all<T>(count: u64, mut try_pop: impl FnMut() -> Option<T>, mut each: impl FnMut(T)) {
    for _ in 0..count {
        let mut looks = 0;
        each(loop {
            match try_pop() {
                Some(item) => break item,
                None => wait(&mut looks),
            }
        });
    }
}

fn wait(looks: &mut u32) {
    *looks += 1;
    if looks.is_multiple_of(LOOKS) {
        thread::yield_now();
    } else {
        hint::spin_loop();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A queue whose two ends belong to one thread each. A thread takes the lock of its end once, for all its items.
pub(crate) struct Ends<P, C> {
    producer: Mutex<P>,
    consumer: Mutex<C>,
}

impl<P, C> From<(P, C)> for Ends<P, C> {
    fn from((producer, consumer): (P, C)) -> Self {
        Self {
            producer: Mutex::new(producer),
            consumer: Mutex::new(consumer),
        }
    }
}

pub(crate) type Rtrb<T> = Ends<rtrb::Producer<T>, rtrb::Consumer<T>>;

impl<T: Send> Queue<T> for Rtrb<T> {
    fn with_room_for(capacity: usize) -> Self {
        rtrb::RingBuffer::new(capacity).into()
    }

    fn push_all(&self, items: impl Iterator<Item = T>) {
        let mut producer = lock(&self.producer);
        push_all(items, |item| {
            producer
                .push(item)
                .map_err(|rtrb::PushError::Full(item)| item)
        });
    }

    fn pop_all(&self, count: u64, each: impl FnMut(T)) {
        let mut consumer = lock(&self.consumer);
        pop_all(count, || consumer.pop().ok(), each);
    }
}

pub(crate) type SpscRing<T> = Ends<our_spsc_ring::Producer<T>, our_spsc_ring::Consumer<T>>;

impl<T: Send> Queue<T> for SpscRing<T> {
    fn with_room_for(capacity: usize) -> Self {
        our_spsc_ring::ring(capacity).into()
    }

    fn push_all(&self, items: impl Iterator<Item = T>) {
        let mut producer = lock(&self.producer);
        push_all(items, |item| {
            producer
                .try_push(item)
                .map_err(|our_spsc_ring::Full(item)| item)
        });
    }

    fn pop_all(&self, count: u64, each: impl FnMut(T)) {
        let mut consumer = lock(&self.consumer);
        pop_all(count, || consumer.try_pop(), each);
    }
}

/// `std`'s channel with room for some. It has many senders and one receiver.
pub(crate) struct Bounded<T> {
    sender: SyncSender<T>,
    receiver: Mutex<Receiver<T>>,
}

impl<T: Send> Queue<T> for Bounded<T> {
    fn with_room_for(capacity: usize) -> Self {
        let (sender, receiver) = sync_channel(capacity);
        let receiver = Mutex::new(receiver);
        Self { sender, receiver }
    }

    fn push_all(&self, items: impl Iterator<Item = T>) {
        push_all(items, |item| {
            self.sender.try_send(item).map_err(|error| match error {
                TrySendError::Full(item) | TrySendError::Disconnected(item) => item,
            })
        });
    }

    /// Who pops has the receiver for as long as it takes: several wait for each other.
    fn pop_all(&self, count: u64, each: impl FnMut(T)) {
        let receiver = lock(&self.receiver);
        pop_all(count, || receiver.try_recv().ok(), each);
    }
}

/// `std`'s channel without a bound.
pub(crate) struct Unbounded<T> {
    sender: Sender<T>,
    receiver: Mutex<Receiver<T>>,
}

impl<T: Send> Queue<T> for Unbounded<T> {
    fn with_room_for(_capacity: usize) -> Self {
        let (sender, receiver) = channel();
        let receiver = Mutex::new(receiver);
        Self { sender, receiver }
    }

    fn push_all(&self, items: impl Iterator<Item = T>) {
        push_all(items, |item| {
            self.sender.send(item).map_err(|error| error.0)
        });
    }

    fn pop_all(&self, count: u64, each: impl FnMut(T)) {
        let receiver = lock(&self.receiver);
        pop_all(count, || receiver.try_recv().ok(), each);
    }
}

/// A `VecDeque` behind a lock, which is taken for each item.
pub(crate) struct Locked<T> {
    items: Mutex<VecDeque<T>>,
    capacity: usize,
}

impl<T: Send> Queue<T> for Locked<T> {
    fn with_room_for(capacity: usize) -> Self {
        let items = Mutex::new(VecDeque::with_capacity(capacity));
        Self { items, capacity }
    }

    fn push_all(&self, items: impl Iterator<Item = T>) {
        push_all(items, |item| {
            let mut items = lock(&self.items);
            if items.len() == self.capacity {
                return Err(item);
            }
            items.push_back(item);
            Ok(())
        });
    }

    fn pop_all(&self, count: u64, each: impl FnMut(T)) {
        pop_all(count, || lock(&self.items).pop_front(), each);
    }
}

impl<T: Send> Queue<T> for ArrayQueue<T> {
    fn with_room_for(capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn push_all(&self, items: impl Iterator<Item = T>) {
        push_all(items, |item| self.push(item));
    }

    fn pop_all(&self, count: u64, each: impl FnMut(T)) {
        pop_all(count, || self.pop(), each);
    }
}

impl<T: Send> Queue<T> for SegQueue<T> {
    fn with_room_for(_capacity: usize) -> Self {
        Self::new()
    }

    fn push_all(&self, items: impl Iterator<Item = T>) {
        items.for_each(|item| self.push(item));
    }

    fn pop_all(&self, count: u64, each: impl FnMut(T)) {
        pop_all(count, || self.pop(), each);
    }
}

impl<T: Send> Queue<T> for MpmcRing<T> {
    fn with_room_for(capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn push_all(&self, items: impl Iterator<Item = T>) {
        push_all(items, |item| {
            self.try_push(item)
                .map_err(|our_mpmc_ring::Full(item)| item)
        });
    }

    fn pop_all(&self, count: u64, each: impl FnMut(T)) {
        pop_all(count, || self.try_pop(), each);
    }
}

impl<T: Send> Queue<T> for MsQueue<T> {
    fn with_room_for(_capacity: usize) -> Self {
        Self::new()
    }

    fn push_all(&self, items: impl Iterator<Item = T>) {
        items.for_each(|item| self.push(item));
    }

    fn pop_all(&self, count: u64, each: impl FnMut(T)) {
        pop_all(count, || self.pop(), each);
    }
}

/// No queue: what went in last comes out first.
impl<T: Send> Queue<T> for TreiberStack<T> {
    fn with_room_for(_capacity: usize) -> Self {
        Self::new()
    }

    fn push_all(&self, items: impl Iterator<Item = T>) {
        items.for_each(|item| self.push(item));
    }

    fn pop_all(&self, count: u64, each: impl FnMut(T)) {
        pop_all(count, || self.pop(), each);
    }
}

/// A stack as well, behind a lock that is taken for each item.
impl<T: Send> Queue<T> for Mutex<Vec<T>> {
    fn with_room_for(_capacity: usize) -> Self {
        Self::default()
    }

    fn push_all(&self, items: impl Iterator<Item = T>) {
        items.for_each(|item| lock(self).push(item));
    }

    fn pop_all(&self, count: u64, each: impl FnMut(T)) {
        pop_all(count, || lock(self).pop(), each);
    }
}

/// What you wrote in the exercises.
#[cfg(feature = "mine")]
pub(crate) mod mine {
    use super::{Ends, Queue, lock, pop_all, push_all};

    pub(crate) type SpscRing<T> = Ends<my_spsc_ring::Producer<T>, my_spsc_ring::Consumer<T>>;

    impl<T: Send> Queue<T> for SpscRing<T> {
        fn with_room_for(capacity: usize) -> Self {
            my_spsc_ring::ring(capacity).into()
        }

        fn push_all(&self, items: impl Iterator<Item = T>) {
            let mut producer = lock(&self.producer);
            push_all(items, |item| {
                producer
                    .try_push(item)
                    .map_err(|my_spsc_ring::Full(item)| item)
            });
        }

        fn pop_all(&self, count: u64, each: impl FnMut(T)) {
            let mut consumer = lock(&self.consumer);
            pop_all(count, || consumer.try_pop(), each);
        }
    }

    impl<T: Send> Queue<T> for my_mpmc_ring::MpmcRing<T> {
        fn with_room_for(capacity: usize) -> Self {
            Self::new(capacity)
        }

        fn push_all(&self, items: impl Iterator<Item = T>) {
            push_all(items, |item| {
                self.try_push(item).map_err(|my_mpmc_ring::Full(item)| item)
            });
        }

        fn pop_all(&self, count: u64, each: impl FnMut(T)) {
            pop_all(count, || self.try_pop(), each);
        }
    }

    impl<T: Send> Queue<T> for my_treiber_stack::TreiberStack<T> {
        fn with_room_for(_capacity: usize) -> Self {
            Self::new()
        }

        fn push_all(&self, items: impl Iterator<Item = T>) {
            items.for_each(|item| self.push(item));
        }

        fn pop_all(&self, count: u64, each: impl FnMut(T)) {
            pop_all(count, || self.pop(), each);
        }
    }

    impl<T: Send> Queue<T> for my_ms_queue::MsQueue<T> {
        fn with_room_for(_capacity: usize) -> Self {
            Self::new()
        }

        fn push_all(&self, items: impl Iterator<Item = T>) {
            items.for_each(|item| self.push(item));
        }

        fn pop_all(&self, count: u64, each: impl FnMut(T)) {
            pop_all(count, || self.pop(), each);
        }
    }
}
