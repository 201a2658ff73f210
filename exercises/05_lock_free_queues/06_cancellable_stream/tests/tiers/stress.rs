//! Real threads and many rounds. A thread that nobody wakes fails the test after a few seconds.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use cancellable_stream::{Emitter, Stopped, Stream};
use lanes::stress;

const ROUNDS: usize = 200;

/// All numbers from 0, for as long as somebody wants them. Counts itself while it runs.
fn numbers(capacity: usize, running: &Arc<AtomicUsize>) -> Stream<usize, ()> {
    let running = Arc::clone(running);
    running.fetch_add(1, Ordering::Relaxed);
    Stream::new(capacity, move |emitter: &Emitter<usize>| {
        for n in 0.. {
            if emitter.emit(n).is_err() {
                break;
            }
        }
        running.fetch_sub(1, Ordering::Relaxed);
        Ok(())
    })
}

/// Through room for three: all of them, in order.
#[test]
fn everything_arrives_in_order() {
    stress::finishes("a stream of 20,000 numbers", || {
        let running = Arc::new(AtomicUsize::new(0));
        for (n, item) in numbers(3, &running).take(20_000).enumerate() {
            assert_eq!(item, Ok(n));
        }
        assert_eq!(
            running.load(Ordering::Relaxed),
            0,
            "the stream has gone, and its producer still runs"
        );
    });
}

/// Four threads start streams and stop early, each time after another number of items.
#[test]
fn whoever_stops_early_leaves_no_thread() {
    let running = Arc::new(AtomicUsize::new(0));
    stress::together(4, ROUNDS, {
        let running = Arc::clone(&running);
        move |thread, round| {
            let mine = Arc::new(AtomicUsize::new(0));
            let mut stream = numbers(1 + thread, &mine);
            for n in 0..round % 7 {
                assert_eq!(stream.next(), Some(Ok(n)));
            }
            running.fetch_add(1, Ordering::Relaxed);
            drop(stream);
            running.fetch_sub(mine.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
    });
    assert_eq!(
        running.load(Ordering::Relaxed),
        0,
        "a stream has gone, and its producer still ran"
    );
}

/// Cancelled by another thread at some moment: no item is skipped, and the last word is `Cancelled`.
#[test]
fn whoever_is_cancelled_is_told() {
    for round in 0..ROUNDS {
        stress::finishes("a stream that is cancelled", move || {
            let stream = numbers(2, &Arc::default());
            let canceller = stream.canceller();
            let other = thread::spawn(move || {
                for _ in 0..round % 20 {
                    thread::yield_now();
                }
                assert!(canceller.cancel(), "an endless stream is never at its end");
            });
            let mut told: Vec<_> = stream.collect();
            other.join().expect("see above");
            assert_eq!(told.pop(), Some(Err(Stopped::Cancelled)));
            assert!(
                told.iter().enumerate().all(|(n, item)| *item == Ok(n)),
                "an item is missing, or in the wrong place"
            );
        });
    }
}

/// A consumer that waits, for a producer that says nothing: it is woken by the cancellation, and by nothing else.
#[test]
fn whoever_waits_for_an_item_is_told() {
    for _ in 0..ROUNDS {
        stress::finishes("`next` on a stream that is cancelled", || {
            let (go_on, wait) = mpsc::channel::<()>();
            let mut stream = Stream::new(1, move |_: &Emitter<usize>| {
                let _ = wait.recv();
                Ok::<(), ()>(())
            });
            let canceller = stream.canceller();
            let other = thread::spawn(move || {
                thread::yield_now();
                canceller.cancel()
            });
            assert_eq!(stream.next(), Some(Err(Stopped::Cancelled)));
            assert!(other.join().expect("see above"));
            drop(go_on);
        });
    }
}
