//! What one consumer can see. A call that waits for ever fails its test after a few seconds.

use std::cell::Cell;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use cancellable_stream::{Cancelled, Canceller, Emitter, Stopped, Stream};
use impls::impls;
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress;

/// Runs a test in which everything comes to an end.
#[track_caller]
fn ends(test: fn()) {
    stress::finishes("something that should come to an end", test);
}

/// The numbers from 1 to `last`, and then `result`.
fn count_to<E: Send + 'static>(
    capacity: usize,
    last: u32,
    result: Result<(), E>,
) -> Stream<u32, E> {
    Stream::new(capacity, move |emitter: &Emitter<u32>| {
        for n in 1..=last {
            if emitter.emit(n).is_err() {
                break;
            }
        }
        result
    })
}

/// The end: all items in order, and then `None`, as often as you ask.
#[test]
fn items_come_in_order_and_then_the_end() {
    ends(|| {
        for capacity in 1..=4 {
            let mut stream = count_to(capacity, 3, Ok::<(), Infallible>(()));
            let told: Vec<_> = (0..6).map(|_| stream.next()).collect();
            assert_eq!(
                told,
                [Some(Ok(1)), Some(Ok(2)), Some(Ok(3)), None, None, None],
                "with room for {capacity}"
            );
        }
    });
}

/// An error: after all items, once, and before the end.
#[test]
fn an_error_comes_after_all_items_and_once() {
    ends(|| {
        for last in 0..=3 {
            let mut stream = count_to(2, last, Err("torn"));
            let mut told: Vec<_> = (0..last + 3).map(|_| stream.next()).collect();
            let end = told.split_off(last as usize);
            assert_eq!(
                told,
                (1..=last).map(|n| Some(Ok(n))).collect::<Vec<_>>(),
                "left: what came first; right: what was emitted before the error"
            );
            assert_eq!(
                end,
                [Some(Err(Stopped::Failed("torn"))), None, None],
                "left: what came after {last} items; right: the error, once, and then the end"
            );
        }
    });
}

/// Told apart, in ordinary use: an error is not taken for the end.
#[test]
fn a_collected_stream_is_whole_or_an_error() {
    ends(|| {
        let whole: Result<Vec<_>, _> = count_to(1, 3, Ok::<(), &str>(())).collect();
        assert_eq!(whole, Ok(vec![1, 2, 3]));
        let torn: Result<Vec<_>, _> = count_to(1, 3, Err("torn")).collect();
        assert_eq!(torn, Err(Stopped::Failed("torn")));
    });
}

/// A panic: after all items, with its payload, once.
#[test]
fn a_panic_of_the_producer_is_passed_on() {
    ends(|| {
        let mut stream = Stream::new(2, |emitter: &Emitter<u32>| -> Result<(), Infallible> {
            let _ = emitter.emit(1);
            // Not `panic!`: there would be a message, and nothing is wrong.
            resume_unwind(Box::new("out of numbers"))
        });
        assert_eq!(
            stream.next(),
            Some(Ok(1)),
            "it was emitted before the panic"
        );
        let payload = catch_unwind(AssertUnwindSafe(|| stream.next()))
            .expect_err("the producer has panicked: that is not the end");
        assert_eq!(payload.downcast_ref(), Some(&"out of numbers"));
        assert_eq!(stream.next(), None, "that was the last word");
    });
}

/// A panic that nobody has asked for is no reason to panic in a drop.
#[test]
fn a_drop_swallows_a_panic() {
    stress::apart(|| {
        ends(|| {
            let stream = Stream::new(2, |_: &Emitter<u32>| -> Result<(), Infallible> {
                resume_unwind(Box::new("out of numbers"))
            });
            drop(stream);
            let stream = Stream::new(2, |_: &Emitter<u32>| -> Result<(), Infallible> {
                resume_unwind(Box::new("out of numbers"))
            });
            let panic = panic_of(move || {
                let _stream = stream;
                panic_with("elsewhere");
            });
            assert_eq!(
                panic,
                Some(Panic("elsewhere")),
                "the closure leaves by a panic"
            );
        });
    });
}

/// Bounded: a producer is never further ahead than what there is room for, and the one item in its hand.
#[test]
fn a_producer_does_not_run_ahead() {
    ends(|| {
        for capacity in 1..=3 {
            let begun = Arc::new(AtomicU32::new(0));
            let mut stream = Stream::new(capacity as usize, {
                let begun = Arc::clone(&begun);
                move |emitter: &Emitter<u32>| {
                    for n in 1..=100 {
                        begun.store(n, Ordering::Relaxed);
                        if emitter.emit(n).is_err() {
                            break;
                        }
                    }
                    Ok::<(), Infallible>(())
                }
            });
            for taken in 1..=5 {
                assert_eq!(stream.next(), Some(Ok(taken)));
                // Give it time to go wrong. It fails only if it does.
                (0..10).for_each(|_| thread::yield_now());
                let begun = begun.load(Ordering::Relaxed);
                assert!(
                    begun <= taken + capacity + 1,
                    "with room for {capacity}, and {taken} items taken, the producer has begun item {begun}"
                );
            }
        }
    });
}

/// Bounded is not one at a time: a producer may fill the room while nobody looks.
#[test]
fn a_producer_fills_the_room() {
    ends(|| {
        let (filled, room_is_full) = mpsc::channel();
        let mut stream = Stream::new(3, move |emitter: &Emitter<u32>| {
            for n in 1..=3 {
                emitter.emit(n)?;
            }
            let _ = filled.send(());
            Ok::<(), Cancelled>(())
        });
        room_is_full
            .recv()
            .expect("three items, room for three: the producer need not wait");
        assert_eq!(stream.next(), Some(Ok(1)));
    });
}

/// An early stop: the producer is told, and its thread has ended when the drop returns.
#[test]
fn whoever_stops_early_leaves_no_thread() {
    ends(|| {
        for taken in 0..5 {
            // Goes with the closure, whose thread has it.
            let alive = Arc::new(());
            let mut stream = Stream::new(2, {
                let alive = Arc::clone(&alive);
                move |emitter: &Emitter<u32>| {
                    let _alive = alive;
                    for n in 1.. {
                        if emitter.emit(n) == Err(Cancelled) {
                            break;
                        }
                    }
                    Ok::<(), Infallible>(())
                }
            });
            for n in 1..=taken {
                assert_eq!(stream.next(), Some(Ok(n)));
            }
            drop(stream);
            assert_eq!(
                Arc::strong_count(&alive),
                1,
                "the stream was dropped after {taken} items, and its producer is still at work"
            );
        }
    });
}

/// A producer may lend its emitter to threads of its own. All of them are told.
#[test]
fn every_thread_that_emits_is_told() {
    ends(|| {
        for _ in 0..20 {
            let begun = Arc::new(AtomicU32::new(0));
            let stream = Stream::new(1, {
                let begun = Arc::clone(&begun);
                move |emitter: &Emitter<u32>| {
                    let emit = || {
                        begun.fetch_add(1, Ordering::Relaxed);
                        emitter.emit(1)
                    };
                    thread::scope(|scope| {
                        for _ in 0..3 {
                            scope.spawn(|| while emit().is_ok() {});
                        }
                    });
                    Ok::<(), Infallible>(())
                }
            });
            // One item has gone in, and three threads are about to wait for room.
            while begun.load(Ordering::Relaxed) < 4 {
                assert!(
                    Arc::strong_count(&begun) > 1,
                    "there is room for one item, nobody takes it, and nobody has cancelled: but the producer has ended"
                );
                thread::yield_now();
            }
            (0..20).for_each(|_| thread::yield_now());
            drop(stream);
        }
    });
}

/// A producer that emits nothing for long can ask.
#[test]
fn a_producer_can_ask_whether_it_is_cancelled() {
    ends(|| {
        let stream = Stream::new(1, |emitter: &Emitter<u32>| {
            while !emitter.is_cancelled() {
                thread::yield_now();
            }
            Ok::<(), Infallible>(())
        });
        drop(stream);
    });
}

/// Cancelled: what waits is dropped, and the iterator says so, once.
#[test]
fn a_cancelled_stream_says_so_and_yields_no_more_items() {
    ends(|| {
        let mut stream = count_to(2, u32::MAX, Ok::<(), Infallible>(()));
        let canceller = stream.canceller();
        assert_eq!(stream.next(), Some(Ok(1)));
        assert!(canceller.cancel(), "the producer has more");
        assert!(!canceller.cancel(), "it was cancelled already");
        assert_eq!(
            [stream.next(), stream.next(), stream.next()],
            [Some(Err(Stopped::Cancelled)), None, None],
            "left: what came after the cancellation; right: that it was cancelled, once. It did not come to its end, and \
             nobody wants the items that waited"
        );
    });
}

/// Cancelled while the items of a producer that has ended still wait: they are not delivered, so it was no end.
#[test]
fn items_that_wait_can_still_be_cancelled() {
    ends(|| {
        let (gone, has_gone) = mpsc::channel::<()>();
        let mut stream = Stream::new(2, move |emitter: &Emitter<u32>| {
            let _gone = gone;
            let _ = emitter.emit(1);
            Err("torn")
        });
        let canceller = stream.canceller();
        assert!(has_gone.recv().is_err(), "the producer has ended");
        assert!(canceller.cancel(), "an item waits");
        assert_eq!(
            [stream.next(), stream.next()],
            [Some(Err(Stopped::Cancelled)), None]
        );
    });
}

/// At the end there is nothing to cancel: it remains the end.
#[test]
fn an_end_cannot_be_cancelled() {
    ends(|| {
        let mut stream = count_to(1, 1, Ok::<(), Infallible>(()));
        let canceller = stream.canceller();
        assert_eq!([stream.next(), stream.next()], [Some(Ok(1)), None]);
        assert!(!canceller.cancel(), "it has come to its end");
        assert_eq!(stream.next(), None);
        drop(stream);
        assert!(!canceller.cancel(), "it is gone");
    });
}

/// Whoever drops a stream cancels it. A canceller that is kept keeps nothing running.
#[test]
fn a_canceller_keeps_nothing_running() {
    ends(|| {
        let stream = count_to(1, u32::MAX, Ok::<(), Infallible>(()));
        let canceller = stream.canceller();
        drop(stream);
        assert!(!canceller.cancel(), "the drop has done so");
    });
}

/// Every item is dropped once: taken, waiting, or in the producer's hand.
#[test]
fn every_item_is_freed() {
    ends(|| {
        for (taken, cancel) in [(0, false), (2, false), (0, true), (3, true)] {
            let item = Arc::new(());
            let mut stream = Stream::new(2, {
                let item = Arc::clone(&item);
                move |emitter: &Emitter<Arc<()>>| {
                    while emitter.emit(Arc::clone(&item)).is_ok() {}
                    Ok::<(), Infallible>(())
                }
            });
            let canceller = stream.canceller();
            for _ in 0..taken {
                assert!(matches!(stream.next(), Some(Ok(_))));
            }
            if cancel {
                canceller.cancel();
            }
            drop(stream);
            assert_eq!(
                Arc::strong_count(&item),
                1,
                "{taken} items were taken, cancelled: {cancel}. The stream has gone: who has the others?"
            );
        }
    });
}

/// An item whose destructor uses the stream, or panics: somebody else's code, and it finds no lock held.
#[test]
fn the_destructor_of_an_item_may_cancel() {
    struct Item(Arc<Mutex<Option<Canceller<Item>>>>);
    impl Drop for Item {
        fn drop(&mut self) {
            let canceller = self.0.lock().unwrap().clone();
            if let Some(canceller) = canceller {
                canceller.cancel();
            }
        }
    }

    ends(|| {
        let later = Arc::new(Mutex::new(None));
        let (full, is_full) = mpsc::channel();
        let stream = Stream::new(1, {
            let later = Arc::clone(&later);
            move |emitter: &Emitter<Item>| {
                let _ = emitter.emit(Item(Arc::clone(&later)));
                let _ = full.send(());
                // This one is refused, and dropped by `emit`.
                let _ = emitter.emit(Item(later));
                Ok::<(), Infallible>(())
            }
        });
        is_full.recv().expect("there is room for one");
        *later.lock().unwrap() = Some(stream.canceller());
        drop(stream);
        // It leads to itself.
        later.lock().unwrap().take();
    });
}

/// The end of the producer's thread is waited for, even if an item that waits panics when it is dropped.
#[test]
fn a_destructor_that_panics_leaves_no_thread() {
    struct Grumpy(Arc<AtomicU32>);
    impl Drop for Grumpy {
        fn drop(&mut self) {
            if !thread::panicking() && self.0.fetch_add(1, Ordering::Relaxed) == 0 {
                panic_with("grumpy");
            }
        }
    }

    stress::apart(|| {
        ends(|| {
            let (alive, drops) = (Arc::new(()), Arc::new(AtomicU32::new(0)));
            let (full, is_full) = mpsc::channel();
            let stream = Stream::new(1, {
                let (alive, drops) = (Arc::clone(&alive), Arc::clone(&drops));
                move |emitter: &Emitter<Grumpy>| {
                    let _alive = alive;
                    let _ = emitter.emit(Grumpy(drops));
                    let _ = full.send(());
                    while !emitter.is_cancelled() {
                        thread::yield_now();
                    }
                    // Time to see who does not wait for it. The test fails only if somebody does not.
                    (0..100).for_each(|_| thread::yield_now());
                    Ok::<(), Infallible>(())
                }
            });
            is_full.recv().expect("there is room for one");
            let panic = panic_of(|| drop(stream));
            assert_eq!(
                panic,
                Some(Panic("grumpy")),
                "the destructor's panic goes on to whoever dropped the stream"
            );
            assert_eq!(
                Arc::strong_count(&alive),
                1,
                "an item's destructor has panicked in the stream's drop, and the producer is still at work"
            );
        });
    });
}

/// A producer that gets its own stream, and drops it, does not wait for itself.
#[test]
fn a_producer_may_drop_its_own_stream() {
    ends(|| {
        let (hand_over, its_own) = mpsc::channel::<Stream<u32, Infallible>>();
        let (done, is_done) = mpsc::channel();
        let stream = Stream::new(1, move |emitter: &Emitter<u32>| {
            drop(its_own.recv());
            let _ = done.send(emitter.emit(1));
            Ok(())
        });
        hand_over.send(stream).expect("the producer waits for it");
        assert_eq!(
            is_done.recv(),
            Ok(Err(Cancelled)),
            "the producer has dropped its own stream: is it waiting for its own end?"
        );
    });
}

/// Every drop runs also by a panic: a stream that a panic drops is cancelled, and its thread has ended when the panic goes on.
#[test]
fn a_panic_that_drops_a_stream_leaves_no_thread() {
    ends(|| {
        let ended = Arc::new(AtomicU32::new(0));
        let panic = panic_of({
            let ended = Arc::clone(&ended);
            move || {
                let mut stream = Stream::new(1, move |emitter: &Emitter<u32>| {
                    while emitter.emit(1).is_ok() {}
                    ended.fetch_add(1, Ordering::Relaxed);
                    Ok::<(), Infallible>(())
                });
                assert_eq!(stream.next(), Some(Ok(1)));
                panic_with("out");
            }
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_eq!(
            ended.load(Ordering::Relaxed),
            1,
            "a panic has dropped the stream, and its producer is still at work: is there an `if !panicking()` in its `drop`?"
        );
    });
}

/// Whoever has been told that a stream was cancelled has not waited for its thread. The drop does.
#[test]
fn the_drop_of_a_cancelled_stream_waits_for_its_thread() {
    ends(|| {
        let ended = Arc::new(AtomicU32::new(0));
        let (noticed, go_on) = mpsc::channel::<()>();
        let mut stream = Stream::new(1, {
            let ended = Arc::clone(&ended);
            move |emitter: &Emitter<u32>| {
                while !emitter.is_cancelled() {
                    thread::yield_now();
                }
                let _ = go_on.recv();
                thread::sleep(std::time::Duration::from_millis(50));
                ended.fetch_add(1, Ordering::Relaxed);
                Ok::<(), Infallible>(())
            }
        });
        assert!(stream.canceller().cancel());
        assert_eq!(stream.next(), Some(Err(Stopped::Cancelled)));
        drop(noticed);
        drop(stream);
        assert_eq!(
            ended.load(Ordering::Relaxed),
            1,
            "the stream was cancelled, its consumer was told, and dropped it: the drop waits for the thread all the same"
        );
    });
}

/// In a destructor during a panic, a stream is made, read, cancelled and dropped as anywhere else, and outlives it.
#[test]
fn a_destructor_may_use_streams_during_a_panic() {
    ends(|| {
        assert_eq!(count_to(1, 2, Ok::<(), Infallible>(())).count(), 2); // what is not written yet should say so here
        drop(count_to(1, 2, Ok::<(), Infallible>(())));
        let mut told = Vec::new();
        let mut outlives = None;
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                told.extend(count_to(1, 3, Ok::<(), Infallible>(())));
                drop(count_to(1, u32::MAX, Ok::<(), Infallible>(())));
                let mut stream = count_to(1, u32::MAX, Ok::<(), Infallible>(()));
                told.extend(stream.next());
                stream.canceller().cancel();
                told.extend(stream.next());
                outlives = Some(count_to(1, 2, Ok::<(), Infallible>(())));
            });
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        let expected = [Ok(1), Ok(2), Ok(3), Ok(1), Err(Stopped::Cancelled)];
        assert_eq!(told, expected, "somebody else's panic ends no stream");
        let rest: Vec<_> = outlives.into_iter().flatten().collect();
        assert_eq!(
            rest,
            [Ok(1), Ok(2)],
            "made during a panic, and read after it"
        );
    });
}

/// A payload is passed on as it was thrown, of whatever type, or dropped where nobody asks for it.
#[test]
fn a_payload_is_passed_on_or_dropped() {
    ends(|| {
        let brought = Arc::new(7);
        let throw = |brought: &Arc<i32>| {
            let payload = Arc::clone(brought);
            move |_: &Emitter<u32>| -> Result<(), Infallible> { resume_unwind(Box::new(payload)) }
        };
        let mut stream = Stream::new(1, throw(&brought));
        let thrown = catch_unwind(AssertUnwindSafe(|| stream.next()));
        let thrown = thrown.expect_err("the producer panicked, and nobody heard of it");
        assert_eq!(
            thrown.downcast_ref::<Arc<i32>>().map(|payload| **payload),
            Some(7),
            "another payload than the producer's own: `resume_unwind` lets its panic go on"
        );
        drop((thrown, stream));
        drop(Stream::new(1, throw(&brought)));
        assert_eq!(
            Arc::strong_count(&brought),
            1,
            "one payload was passed on, and one nobody asked for: both should be gone by now"
        );
    });
}

/// Numbers: a capacity is a limit, and no reservation.
#[test]
fn a_stream_may_have_room_for_everything() {
    ends(|| {
        let stream = count_to(usize::MAX, 1_000, Ok::<(), Infallible>(()));
        assert_eq!(stream.count(), 1_000);
    });
}

/// An item that never fits would make everybody wait.
#[test]
fn a_stream_without_room_is_refused() {
    assert!(catch_unwind(|| count_to(0, 1, Ok::<(), Infallible>(()))).is_err());
}

/// Items go from thread to thread, so they have to be `Send`; no two threads look at one, so they need not be `Sync`.
#[test]
fn only_sendable_items_may_go_through() {
    assert!(
        impls!(Stream<Cell<u32>, Cell<u32>>: Send) && impls!(Emitter<Cell<u32>>: Send & Sync),
        "a `Cell` can be sent, and only one thread at a time has it"
    );
    assert!(
        !impls!(Stream<Rc<u32>, ()>: Send) && !impls!(Canceller<Rc<u32>>: Send),
        "an `Rc` must stay on its thread, and `cancel` drops items"
    );
    assert!(
        !impls!(Stream<u32, ()>: Clone) && !impls!(Emitter<u32>: Clone),
        "there is one consumer; and an emitter that outlived its thread would keep the stream open"
    );
}
