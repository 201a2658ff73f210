//! Items one after the other, made when they are asked for: by a closure, or by a thread at the other end of a channel.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bench_kit::{Comparison, Elsewhere};
use benches::lock_free_queues::generators::{cancellable, channel, closure, my_cancellable, read};
use criterion::Criterion;

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
            )
            .my_row(
                format!("my cancellable_stream, room for {capacity}"),
                CLOSURE,
                "cancellable_stream",
                move |n| read(n, my_cancellable(n, capacity)),
            );
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
    })
    .my_row(
        "my cancellable_stream, room for 64",
        CLOSURE,
        "cancellable_stream",
        |n| first(n, || my_cancellable(u64::MAX, 64)),
    );
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
