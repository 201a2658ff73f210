//! Bounded queues whose ends wait for each other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bench_kit::{together, until_together};

use crate::ours;

/// A bounded queue of numbers.
pub trait Queue: Sync {
    /// An empty one with room for so many.
    fn new(capacity: usize) -> Self;

    /// Pushes 0, 1, 2 and so on, `count` numbers.
    fn push_numbers(&self, count: u64);

    /// Pops as many, which must be the same.
    fn pop_numbers(&self, count: u64);

    /// Whether nothing is in it.
    fn is_empty(&self) -> bool;
}

/// The time in which one thread pushes `rounds` numbers, and another pops them.
///
/// # Panics
///
/// Panics if what comes out is not what went in.
pub fn handed_over<Q: Queue>(capacity: usize, rounds: u64) -> Duration {
    until_together(|| {
        let queue = Q::new(capacity);
        let has_no_producer = AtomicBool::new(true);
        let span = together(2, || {
            if has_no_producer.swap(false, Ordering::Relaxed) {
                queue.push_numbers(rounds);
            } else {
                queue.pop_numbers(rounds);
            }
        });
        assert!(queue.is_empty(), "more came out than went in");
        span
    })
}

/// `std`'s channel with room for some.
pub struct Channel {
    sender: SyncSender<u64>,
    /// A receiver is for one thread. It takes this lock once, for all that it receives.
    receiver: Mutex<Receiver<u64>>,
}

impl Queue for Channel {
    fn new(capacity: usize) -> Self {
        let (sender, receiver) = sync_channel(capacity);
        let receiver = Mutex::new(receiver);
        Self { sender, receiver }
    }

    fn push_numbers(&self, count: u64) {
        for number in 0..count {
            self.sender.send(number).expect("the receiver is alive");
        }
    }

    fn pop_numbers(&self, count: u64) {
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        for number in 0..count {
            assert_eq!(receiver.recv(), Ok(number), "first in, first out");
        }
    }

    fn is_empty(&self) -> bool {
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        receiver.try_recv().is_err()
    }
}

/// Puts a bounded queue behind [`Queue`].
macro_rules! impl_waiting_queue {
    ($queue:ty) => {
        impl $crate::mutex_guards::queues::Queue for $queue {
            fn new(capacity: usize) -> Self {
                Self::new(capacity)
            }

            fn push_numbers(&self, count: u64) {
                for number in 0..count {
                    self.push(number).expect("the queue stays open");
                }
            }

            fn pop_numbers(&self, count: u64) {
                for number in 0..count {
                    assert_eq!(self.pop(), Some(number), "first in, first out");
                }
            }

            fn is_empty(&self) -> bool {
                self.is_empty()
            }
        }
    };
}

impl_waiting_queue!(ours::bounded_queue::BoundedQueue<u64>);
