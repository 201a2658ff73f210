//! The ways from one thread to another.

use std::collections::VecDeque;
use std::hint;
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crossbeam_queue::{ArrayQueue, SegQueue};

use crate::ours::{mpmc_ring, ms_queue, spsc_ring, treiber_stack};
use crate::{mine, ours};

/// How often a thread looks again before it lets another one run.
const LOOKS: u32 = 64;

/// Something that items go through, from any thread to any other.
pub trait Queue<T>: Sync {
    /// Makes one with room for so many, or without a bound if it has none.
    fn with_room_for(capacity: usize) -> Self;
    /// Pushes all of them, and waits for room where there is none.
    fn push_all(&self, items: impl Iterator<Item = T>);
    /// Pops so many, and waits for them.
    fn pop_all(&self, count: u64, each: impl FnMut(T));
}

/// Pushes all of them with `try_push`, and waits for room where there is none.
pub(crate) fn push_all<T>(
    items: impl Iterator<Item = T>,
    mut try_push: impl FnMut(T) -> Result<(), T>,
) {
    for item in items {
        let mut item = item;
        let mut looks = 0;
        while let Err(refused) = try_push(item) {
            item = refused;
            wait(&mut looks);
        }
    }
}

/// Pops so many with `try_pop`, and waits for them.
pub(crate) fn pop_all<T>(
    count: u64,
    mut try_pop: impl FnMut() -> Option<T>,
    mut each: impl FnMut(T),
) {
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

/// Locks it. There is nothing in it to be spoilt by a panic.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A queue whose two ends belong to one thread each. A thread takes the lock of its end once, for all its items.
pub struct Ends<P, C> {
    pub(crate) producer: Mutex<P>,
    pub(crate) consumer: Mutex<C>,
}

impl<P, C> From<(P, C)> for Ends<P, C> {
    fn from((producer, consumer): (P, C)) -> Self {
        Self {
            producer: Mutex::new(producer),
            consumer: Mutex::new(consumer),
        }
    }
}

/// The ring of that crate.
pub type Rtrb<T> = Ends<rtrb::Producer<T>, rtrb::Consumer<T>>;

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

/// Our ring for two.
pub type SpscRing<T> = Ends<ours::spsc_ring::Producer<T>, ours::spsc_ring::Consumer<T>>;
/// Yours.
pub type MySpscRing<T> = Ends<mine::spsc_ring::Producer<T>, mine::spsc_ring::Consumer<T>>;

/// Puts the ring of such a crate behind [`Queue`].
macro_rules! impl_spsc_ring {
    ($spsc_ring:ident) => {
        impl<T: Send> $crate::lock_free_queues::queues::Queue<T>
            for $crate::lock_free_queues::queues::Ends<
                $spsc_ring::Producer<T>,
                $spsc_ring::Consumer<T>,
            >
        {
            fn with_room_for(capacity: usize) -> Self {
                $spsc_ring::ring(capacity).into()
            }

            fn push_all(&self, items: impl Iterator<Item = T>) {
                use $crate::lock_free_queues::queues::{lock, push_all};

                let mut producer = lock(&self.producer);
                push_all(items, |item| {
                    let pushed = producer.try_push(item);
                    pushed.map_err(|$spsc_ring::Full(item)| item)
                });
            }

            fn pop_all(&self, count: u64, each: impl FnMut(T)) {
                use $crate::lock_free_queues::queues::{lock, pop_all};

                let mut consumer = lock(&self.consumer);
                pop_all(count, || consumer.try_pop(), each);
            }
        }
    };
}

impl_spsc_ring!(spsc_ring);

/// `std`'s channel with room for some. It has many senders and one receiver.
pub struct Bounded<T> {
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

    /// A thread that pops has the receiver for as long as it takes: several wait for each other.
    fn pop_all(&self, count: u64, each: impl FnMut(T)) {
        let receiver = lock(&self.receiver);
        pop_all(count, || receiver.try_recv().ok(), each);
    }
}

/// `std`'s channel without a bound.
pub struct Unbounded<T> {
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
pub struct Locked<T> {
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

/// Puts the ring of such a crate behind [`Queue`].
macro_rules! impl_mpmc_ring {
    ($mpmc_ring:ident) => {
        impl<T: Send> $crate::lock_free_queues::queues::Queue<T> for $mpmc_ring::MpmcRing<T> {
            fn with_room_for(capacity: usize) -> Self {
                Self::new(capacity)
            }

            fn push_all(&self, items: impl Iterator<Item = T>) {
                $crate::lock_free_queues::queues::push_all(items, |item| {
                    let pushed = self.try_push(item);
                    pushed.map_err(|$mpmc_ring::Full(item)| item)
                });
            }

            fn pop_all(&self, count: u64, each: impl FnMut(T)) {
                $crate::lock_free_queues::queues::pop_all(count, || self.try_pop(), each);
            }
        }
    };
}

impl_mpmc_ring!(mpmc_ring);

/// Puts what takes as many items as there is memory for behind [`Queue`]: a type with a parameter `T`.
macro_rules! impl_unbounded_queue {
    ($queue:ty) => {
        impl<T: Send> $crate::lock_free_queues::queues::Queue<T> for $queue {
            fn with_room_for(_capacity: usize) -> Self {
                Self::new()
            }

            fn push_all(&self, items: impl Iterator<Item = T>) {
                items.for_each(|item| self.push(item));
            }

            fn pop_all(&self, count: u64, each: impl FnMut(T)) {
                $crate::lock_free_queues::queues::pop_all(count, || self.pop(), each);
            }
        }
    };
}

impl_unbounded_queue!(SegQueue<T>);
impl_unbounded_queue!(ms_queue::MsQueue<T>);
// No queue: what went in last comes out first.
impl_unbounded_queue!(treiber_stack::TreiberStack<T>);

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
