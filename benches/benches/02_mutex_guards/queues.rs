//! What does it cost to hand an item over to another thread?

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use benches::{Comparison, together, until_together};
use criterion::Criterion;
use our_bounded_queue::BoundedQueue;

/// One thread pushes numbers, another pops them and looks whether the order is right. A round is one number.
///
/// With room for one item the two wait for each other all the time. With room for many, seldom.
pub(crate) fn hand_over(criterion: &mut Criterion) {
    let mut comparison = Comparison::new(
        "hand_over",
        "From one thread to another, through a bounded queue",
    )
    .in_turns_of(5_000);
    for capacity in [1, 1024] {
        let baseline = format!("sync_channel, room for {capacity}");
        comparison = comparison
            .row(&baseline, Some(&baseline), move |n| {
                handed_over::<Channel>(capacity, n)
            })
            .row(
                format!("BoundedQueue, room for {capacity}"),
                Some(&baseline),
                move |n| handed_over::<BoundedQueue<u64>>(capacity, n),
            );
        #[cfg(feature = "mine")]
        {
            comparison = comparison.my_row(
                format!("my BoundedQueue, room for {capacity}"),
                Some(&baseline),
                "bounded_queue",
                move |n| handed_over::<my_bounded_queue::BoundedQueue<u64>>(capacity, n),
            );
        }
    }
    comparison.run(criterion);
}

pub(crate) fn handed_over<Q: Queue>(capacity: usize, rounds: u64) -> Duration {
    until_together(|| {
        let queue = Q::new(capacity);
        let nobody_pushes = AtomicBool::new(true);
        let span = together(2, || {
            if nobody_pushes.swap(false, Ordering::Relaxed) {
                queue.push_numbers(rounds);
            } else {
                queue.pop_numbers(rounds);
            }
        });
        assert!(queue.is_empty(), "more came out than went in");
        span
    })
}

/// A bounded queue of numbers.
pub(crate) trait Queue: Sync {
    fn new(capacity: usize) -> Self;

    /// Pushes 0, 1, 2 and so on, `count` numbers.
    fn push_numbers(&self, count: u64);

    /// Pops as many, which must be the same.
    fn pop_numbers(&self, count: u64);

    fn is_empty(&self) -> bool;
}

pub(crate) struct Channel {
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

impl Queue for BoundedQueue<u64> {
    fn new(capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn push_numbers(&self, count: u64) {
        for number in 0..count {
            self.push(number).expect("nobody closes it");
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

#[cfg(feature = "mine")]
impl Queue for my_bounded_queue::BoundedQueue<u64> {
    fn new(capacity: usize) -> Self {
        Self::new(capacity)
    }

    fn push_numbers(&self, count: u64) {
        for number in 0..count {
            self.push(number).expect("nobody closes it");
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
