//! Items one after the other, made when they are asked for: by a closure, or by a thread at the other end of a channel.

use std::convert::Infallible;
use std::hint::black_box;
use std::iter;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use benches::{Comparison, Elsewhere};
use criterion::Criterion;
use our_cancellable_stream::Stream;

/// A long stream, read to its end. A round is one item.
pub(crate) fn stream(criterion: &mut Criterion, go: Option<&Elsewhere>) {
    const CLOSURE: Option<&str> = Some("closure");
    let mut comparison = Comparison::new(
        "stream",
        "A stream of numbers, made by another, per item",
    )
    .row("closure", CLOSURE, |n| read(n, closure(n)));
    for capacity in [1, 64, 1024] {
        comparison = comparison
            .row(
                format!("std sync_channel, room for {capacity}"),
                CLOSURE,
                move |n| read(n, channel(n, capacity)),
            )
            .row(
                format!("cancellable_stream, room for {capacity}"),
                CLOSURE,
                move |n| read(n, cancellable(n, capacity)),
            );
        #[cfg(feature = "mine")]
        {
            comparison = comparison.my_row(
                format!("my cancellable_stream, room for {capacity}"),
                CLOSURE,
                "cancellable_stream",
                move |n| read(n, my_cancellable(n, capacity)),
            );
        }
    }
    if let Some(go) = go {
        const CLOSURE: Option<&str> = Some("Go: closure");
        comparison = comparison.with_version("go", go.version()).row(
            "Go: closure",
            CLOSURE,
            go.row("closure"),
        );
        for channel in [
            "channel, no room",
            "channel, room for 64",
            "channel, room for 1024",
        ] {
            comparison = comparison.row(format!("Go: {channel}"), CLOSURE, go.row(channel));
        }
    }
    comparison.run(criterion);
}

/// A stream without end, of which ten items are wanted: to start it and to stop it is what costs. A round is a stream.
pub(crate) fn first_ten(criterion: &mut Criterion, go: Option<&Elsewhere>) {
    const CLOSURE: Option<&str> = Some("closure");
    let mut comparison = Comparison::new(
        "first_ten",
        "The first ten numbers of a stream without end, and its end",
    )
    .in_turns_of(50)
    .row("closure", CLOSURE, |n| first(n, || closure(u64::MAX)))
    .row("std sync_channel, room for 64", CLOSURE, |n| {
        first(n, || channel(u64::MAX, 64))
    })
    .row("cancellable_stream, room for 64", CLOSURE, |n| {
        first(n, || cancellable(u64::MAX, 64))
    });
    #[cfg(feature = "mine")]
    {
        comparison = comparison.my_row(
            "my cancellable_stream, room for 64",
            CLOSURE,
            "cancellable_stream",
            |n| first(n, || my_cancellable(u64::MAX, 64)),
        );
    }
    if let Some(go) = go {
        const CLOSURE: Option<&str> = Some("Go: closure");
        comparison = comparison
            .with_version("go", go.version())
            .row("Go: closure", CLOSURE, go.row("ten by closure"))
            .row(
                "Go: channel, room for 64",
                CLOSURE,
                go.row("ten by channel"),
            );
    }
    comparison.run(criterion);
}

/// The work of a producer: a number that has to do with the one before.
fn next(number: u64) -> u64 {
    black_box(number) + 1
}

/// Hands on so many numbers, one after the other, until `emit` says that nobody wants any more.
fn produce(count: u64, mut emit: impl FnMut(u64) -> bool) {
    let mut last = 0;
    for _ in 0..count {
        last = next(last);
        if !emit(last) {
            break;
        }
    }
}

fn closure(count: u64) -> impl Iterator<Item = u64> {
    let mut last = 0;
    let mut left = count;
    iter::from_fn(move || {
        left = left.checked_sub(1)?;
        last = next(last);
        Some(last)
    })
}

pub(crate) fn channel(count: u64, capacity: usize) -> impl Iterator<Item = u64> {
    let (sender, receiver) = sync_channel(capacity);
    let producer = thread::spawn(move || produce(count, |number| sender.send(number).is_ok()));
    Joined {
        items: Some(receiver.into_iter()),
        producer: Some(producer),
    }
}

pub(crate) fn cancellable(count: u64, capacity: usize) -> impl Iterator<Item = u64> {
    let stream = Stream::new(capacity, move |emitter| {
        produce(count, |number| emitter.emit(number).is_ok());
        Ok::<(), Infallible>(())
    });
    stream.map(|item| item.expect("it does not fail, and nobody cancels it before its end"))
}

#[cfg(feature = "mine")]
fn my_cancellable(count: u64, capacity: usize) -> impl Iterator<Item = u64> {
    let stream = my_cancellable_stream::Stream::new(capacity, move |emitter| {
        produce(count, |number| emitter.emit(number).is_ok());
        Ok::<(), Infallible>(())
    });
    stream.map(|item| item.expect("it does not fail, and nobody cancels it before its end"))
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

/// From the start of the stream to its end.
pub(crate) fn read(rounds: u64, items: impl Iterator<Item = u64>) -> Duration {
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

fn first<I: Iterator<Item = u64>>(rounds: u64, stream: impl Fn() -> I) -> Duration {
    let start = Instant::now();
    let mut total = 0;
    for _ in 0..rounds {
        total += stream().take(10).map(black_box).sum::<u64>();
    }
    let elapsed = start.elapsed();
    assert_eq!(
        total,
        rounds * 55,
        "left: what came out; right: what was made"
    );
    elapsed
}
