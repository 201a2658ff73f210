//! Items one after the other, made when they are asked for.

use std::convert::Infallible;
use std::hint::black_box;
use std::iter;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::{mine, ours};

/// The work of a producer: a number that has to do with the one before.
fn next(number: u64) -> u64 {
    black_box(number) + 1
}

/// Hands on so many numbers, one after the other, until `emit` says that no more are wanted.
fn produce(count: u64, mut emit: impl FnMut(u64) -> bool) {
    let mut last = 0;
    for _ in 0..count {
        last = next(last);
        if !emit(last) {
            break;
        }
    }
}

/// Numbers from a closure, on the thread that asks.
pub fn closure(count: u64) -> impl Iterator<Item = u64> {
    let mut last = 0;
    let mut left = count;
    iter::from_fn(move || {
        left = left.checked_sub(1)?;
        last = next(last);
        Some(last)
    })
}

/// Numbers from a thread at the other end of `std`'s channel.
pub fn channel(count: u64, capacity: usize) -> impl Iterator<Item = u64> {
    let (sender, receiver) = sync_channel(capacity);
    let producer = thread::spawn(move || produce(count, |number| sender.send(number).is_ok()));
    Joined {
        items: Some(receiver.into_iter()),
        producer: Some(producer),
    }
}

/// A function that makes numbers by a `Stream` of this crate.
macro_rules! cancellable {
    ($(#[$doc:meta])* $name:ident, $stream:path) => {
        $(#[$doc])*
        pub fn $name(count: u64, capacity: usize) -> impl Iterator<Item = u64> {
            use $stream as Stream;

            let stream = Stream::new(capacity, move |emitter| {
                produce(count, |number| emitter.emit(number).is_ok());
                Ok::<(), Infallible>(())
            });
            stream.map(|item| item.expect("it does not fail, and is not cancelled before its end"))
        }
    };
}

cancellable! {
    /// Numbers from our stream, whose producer is stopped when it is dropped.
    cancellable, ours::cancellable_stream::Stream
}
cancellable! {
    /// Numbers from yours.
    my_cancellable, mine::cancellable_stream::Stream
}

/// Lets go of the channel first, so that the producer is not blocked for ever, and waits for the producer then.
struct Joined<I> {
    items: Option<I>,
    producer: Option<thread::JoinHandle<()>>,
}

impl<I: Iterator> Iterator for Joined<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.items.as_mut()?.next()
    }
}

impl<I> Drop for Joined<I> {
    fn drop(&mut self) {
        self.items = None;
        if let Some(producer) = self.producer.take() {
            producer.join().expect("it does not panic");
        }
    }
}

/// The time from the start of a stream of `rounds` numbers to its end.
///
/// # Panics
///
/// Panics if not all of them come out.
pub fn read(rounds: u64, items: impl Iterator<Item = u64>) -> Duration {
    let start = Instant::now();
    let mut total = 0_u64;
    for item in items {
        total += black_box(item);
    }
    let elapsed = start.elapsed();
    assert_eq!(
        total,
        rounds * (rounds + 1) / 2,
        "left: what came out; right: what was made"
    );
    elapsed
}
