//! Every schedule of a small world, explored by `lanes`.
//!
//! Any wait may also end for no reason.

use std::sync::Arc;

use crate::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/cancellable_stream.rs"
    ));
}
use source::Stopped;
pub(crate) use source::{Emitter, Stream};

/// An error of the producer's.
#[derive(Debug, PartialEq)]
struct Torn;

/// A stream of `items`, which ends with `result`.
fn stream<E: Send + 'static>(
    capacity: usize,
    items: &'static [u32],
    result: Result<(), E>,
) -> Stream<u32, E> {
    Stream::new(capacity, move |emitter: &Emitter<u32>| {
        for item in items {
            if emitter.emit(*item).is_err() {
                break;
            }
        }
        result
    })
}

/// emit → next: who waits for an item is woken, who waits for room is woken, and the end comes last.
#[test]
fn all_items_come_and_then_the_end() {
    lanes::model(|| {
        let mut stream = stream(1, &[1, 2], Ok::<(), Torn>(()));
        assert_eq!(stream.next(), Some(Ok(1)));
        assert_eq!(stream.next(), Some(Ok(2)));
        assert_eq!(stream.next(), None, "the producer has come to its end");
        assert_eq!(stream.next(), None, "an end is an end");
    });
}

/// An error is no end: it comes once, after what was emitted before.
#[test]
fn an_error_comes_before_the_end() {
    lanes::model(|| {
        let mut stream = stream(1, &[1], Err(Torn));
        assert_eq!(stream.next(), Some(Ok(1)));
        assert_eq!(
            stream.next(),
            Some(Err(Stopped::Failed(Torn))),
            "the producer has returned an error after its item, and the consumer has to hear of it"
        );
        assert_eq!(stream.next(), None, "the error was the last word");
    });
}

/// Bounded: a producer that was told to wait waits until an item is taken.
#[test]
fn room_for_one_is_room_for_one() {
    lanes::model(|| {
        let emitted = Arc::new(AtomicU32::new(0));
        let stream = Stream::new(1, {
            let emitted = Arc::clone(&emitted);
            move |emitter: &Emitter<u32>| {
                for n in 1..=2 {
                    if emitter.emit(n).is_ok() {
                        emitted.store(n, Ordering::Relaxed);
                    }
                }
                Ok::<(), Torn>(())
            }
        });
        let early = emitted.load(Ordering::Relaxed);
        drop(stream);
        let late = emitted.load(Ordering::Relaxed);
        assert!(
            early.max(late) <= 1,
            "there is room for one item, and nobody has taken one: item {} went in",
            early.max(late)
        );
    });
}

/// The consumer stops early: a producer that waits for room, or is about to, ends.
#[test]
fn a_producer_that_waits_for_room_ends() {
    lanes::model(|| {
        let stream = stream(1, &[1, 2], Ok::<(), Torn>(()));
        drop(stream);
    });
}

/// The same after an item: the producer is woken by one step, and must not fall asleep again.
#[test]
fn a_consumer_may_stop_after_the_first_item() {
    lanes::model(|| {
        let mut stream = stream(1, &[1, 2, 3], Ok::<(), Torn>(()));
        assert_eq!(stream.next(), Some(Ok(1)));
        drop(stream);
    });
}

/// drop → join: when the drop has returned, the producer has, too.
#[test]
fn no_producer_outlives_its_stream() {
    lanes::model(|| {
        let ended = Arc::new(AtomicBool::new(false));
        let stream = Stream::new(1, {
            let ended = Arc::clone(&ended);
            move |emitter: &Emitter<u32>| {
                let _ = emitter.emit(1);
                // Relaxed: whether the join makes it visible is what this model asks.
                ended.store(true, Ordering::Relaxed);
                Ok::<(), Torn>(())
            }
        });
        drop(stream);
        assert!(
            ended.load(Ordering::Relaxed),
            "the stream has been dropped, and its producer is still at work: who waits for it?"
        );
    });
}

/// cancel → next: a stream that was cancelled in time says so, and one that has come to its end does not.
#[test]
fn a_cancelled_stream_has_not_come_to_its_end() {
    lanes::model(|| {
        let mut stream = stream(1, &[], Ok::<(), Torn>(()));
        let canceller = stream.canceller();
        let other = thread::spawn(move || canceller.cancel());
        let told = [stream.next(), stream.next()];
        let cancelled = other.join().unwrap();
        let expected = if cancelled {
            [Some(Err(Stopped::Cancelled)), None]
        } else {
            [None, None]
        };
        assert_eq!(
            told, expected,
            "left: what the iterator said; right: what it has to say if `cancel` said {cancelled}"
        );
    });
}

/// cancel → emit: a producer that waits for room is told, while the consumer is away.
#[test]
fn a_cancelled_producer_waits_no_longer() {
    lanes::model(|| {
        let ended = Arc::new(AtomicBool::new(false));
        let stream = Stream::new(1, {
            let ended = Arc::clone(&ended);
            move |emitter: &Emitter<u32>| {
                let told = emitter.emit(1).and_then(|()| emitter.emit(2));
                ended.store(told.is_err(), Ordering::Relaxed);
                Ok::<(), Torn>(())
            }
        });
        let canceller = stream.canceller();
        let other = thread::spawn(move || canceller.cancel());
        let cancelled = other.join().unwrap();
        assert!(
            cancelled,
            "there is room for one of two items, and nobody takes it: there is something to cancel"
        );
        drop(stream);
        assert!(
            ended.load(Ordering::Relaxed),
            "the stream was cancelled, and the producer was not told"
        );
    });
}

/// cancel → next → drop: whoever was told that the stream was cancelled drops it, and then its producer has ended.
#[test]
fn no_producer_outlives_its_cancelled_stream() {
    lanes::model(|| {
        let ended = Arc::new(AtomicBool::new(false));
        let mut stream = Stream::new(1, {
            let ended = Arc::clone(&ended);
            move |emitter: &Emitter<u32>| {
                let _ = emitter.emit(1);
                ended.store(true, Ordering::Relaxed);
                Ok::<(), Torn>(())
            }
        });
        stream.canceller().cancel();
        let told = stream.next();
        drop(stream);
        assert!(
            ended.load(Ordering::Relaxed),
            "the drop has returned, and the producer is still at work: the consumer was told {told:?} before"
        );
    });
}
