//! What one thread can see that holds both ends, at the times that the test names. A call that waits fails its test after
//! a few seconds.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use batch_reporter::{Collector, Policy, Reporter, Sink, Tally, reporter};
use impls::impls;
use lanes::panics::{DuringAPanic, Panic, caught, panic_of, panic_with};
use lanes::stress::{self, finishes};

use crate::{Broken, Store, ms};

/// What hangs if a test does.
const NOTHING_TO_WAIT_FOR: &str =
    "`report`, `poll`, `flush` or a drop, with a sink that returns at once,";

/// Batches of three, or after 100 ms; room for eight.
const POLICY: Policy = Policy {
    size: 3,
    age: Duration::from_millis(100),
};

/// A reporter and its collector, which writes into `store`.
fn writes_to(
    store: &Store,
) -> (
    Reporter<u32>,
    Collector<u32, impl Sink<u32, Error = Broken> + use<>>,
) {
    reporter(8, POLICY, store.sink())
}

/// Reports events for which there is room.
#[track_caller]
fn report(reporter: &Reporter<u32>, events: impl IntoIterator<Item = u32>) {
    for event in events {
        assert!(
            reporter.report(event),
            "there was room for event {event}, and it was refused"
        );
    }
}

/// By size: a batch that is full is written at once, whatever time it is.
#[test]
fn a_full_batch_is_written_at_once() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        report(&reporter, 1..=3);
        assert_eq!(collector.poll(ms(0)), Ok(()));
        assert_eq!(
            store.take(),
            [[1, 2, 3]],
            "three make a batch: it need not wait for its time"
        );
    });
}

/// By size: no batch is larger than it may be, and events stay in order.
#[test]
fn one_poll_writes_as_many_batches_as_are_full() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        report(&reporter, 1..=8);
        assert_eq!(collector.poll(ms(0)), Ok(()));
        assert_eq!(
            store.take(),
            [[1, 2, 3], [4, 5, 6]],
            "eight events are two batches of three, and two events that wait"
        );
        report(&reporter, [9]);
        assert_eq!(collector.poll(ms(0)), Ok(()));
        assert_eq!(store.take(), [[7, 8, 9]], "the two that waited come first");
    });
}

/// By time: what is not full is written when its first event is old enough, and not before.
#[test]
fn a_batch_that_is_not_full_is_written_when_it_is_old() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        report(&reporter, [1]);
        for now in [40, 90, 139] {
            assert_eq!(collector.poll(ms(now)), Ok(()));
            assert!(
                store.take().is_empty(),
                "at {now} ms: one event, collected at 40 ms, to be written after 100 ms"
            );
        }
        report(&reporter, [2]);
        assert_eq!(collector.poll(ms(140)), Ok(()));
        assert_eq!(
            store.take(),
            [[1, 2]],
            "at 140 ms: the first event was collected 100 ms ago. The second one goes with it"
        );
    });
}

/// Whichever comes first, again and again: the age of a batch is that of its own first event.
#[test]
fn the_age_of_a_batch_begins_with_its_first_event() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        report(&reporter, 1..=2);
        assert_eq!(collector.poll(ms(0)), Ok(()));
        report(&reporter, [3]);
        assert_eq!(collector.poll(ms(50)), Ok(()));
        assert_eq!(store.take(), [[1, 2, 3]], "full at 50 ms");

        // For a long time nothing happens.
        assert_eq!(collector.poll(ms(160)), Ok(()));
        report(&reporter, [4]);
        for now in [170, 269] {
            assert_eq!(collector.poll(ms(now)), Ok(()));
            assert!(
                store.take().is_empty(),
                "at {now} ms: the batch has one event, collected at 170 ms. What was written, and when, does not matter \
                 to it"
            );
        }
        assert_eq!(collector.poll(ms(270)), Ok(()));
        assert_eq!(store.take(), [[4]], "at 270 ms it is 100 ms old");
    });
}

/// A batch that one event makes full, and another that begins in the same poll.
#[test]
fn what_is_left_of_a_poll_begins_to_age_then() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        report(&reporter, [1]);
        assert_eq!(collector.poll(ms(0)), Ok(()));
        report(&reporter, 2..=4);
        assert_eq!(collector.poll(ms(99)), Ok(()));
        assert_eq!(store.take(), [[1, 2, 3]], "three make a batch");
        assert_eq!(collector.poll(ms(198)), Ok(()));
        assert!(
            store.take().is_empty(),
            "event 4 was collected at 99 ms, so at 198 ms it is 99 ms old"
        );
        assert_eq!(collector.poll(ms(199)), Ok(()));
        assert_eq!(store.take(), [[4]]);
    });
}

/// Nothing to write: the sink is not called, neither by time, nor by `flush`, nor by the drop.
#[test]
fn an_empty_batch_is_never_written() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        for now in [0, 100, 1_000, 100_000] {
            assert_eq!(collector.poll(ms(now)), Ok(()));
        }
        assert_eq!(collector.flush(), Ok(()));
        report(&reporter, 1..=3);
        assert_eq!(collector.poll(ms(100_000)), Ok(()));
        assert_eq!(collector.poll(ms(200_000)), Ok(()));
        drop((reporter, collector));
        assert_eq!(
            store.take(),
            [vec![1, 2, 3]],
            "there were three events, and each call of the sink costs something"
        );
    });
}

/// Time that goes back is no reason to panic, nor to write early.
#[test]
fn a_clock_may_go_back() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        report(&reporter, [1]);
        for now in [500, 20, 599] {
            assert_eq!(collector.poll(ms(now)), Ok(()));
            assert!(store.take().is_empty(), "at {now} ms it is not 100 ms old");
        }
        assert_eq!(collector.poll(ms(600)), Ok(()));
        assert_eq!(store.take(), [[1]]);
    });
}

/// Due or not.
#[test]
fn flush_writes_what_has_been_collected() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        report(&reporter, [1]);
        assert_eq!(collector.poll(ms(0)), Ok(()));
        assert_eq!(collector.flush(), Ok(()));
        assert_eq!(store.take(), [[1]]);
        assert_eq!(collector.tally().delivered(), 1);
    });
}

/// Never waits: what finds no room is dropped, and is counted. What was there before stays.
#[test]
fn what_finds_no_room_is_counted() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        report(&reporter, 1..=8);
        for event in 9..=13 {
            assert!(
                !reporter.report(event),
                "there is room for eight, and `true` says that event {event} will be written"
            );
        }
        let tally = collector.tally();
        assert_eq!(tally.dropped(), 5, "five of thirteen found no room");
        assert_eq!(tally.delivered(), 0, "nothing has been written yet");
        assert_eq!(collector.poll(ms(0)), Ok(()));
        assert_eq!(store.take(), [[1, 2, 3], [4, 5, 6]]);
        assert_eq!(
            (tally.delivered(), tally.dropped()),
            (6, 5),
            "delivered, dropped; and two wait"
        );
        report(&reporter, [14]);
        assert_eq!(collector.poll(ms(0)), Ok(()));
        assert_eq!(store.take(), [[7, 8, 14]], "there is room again");
    });
}

/// A sink that fails: the batch stays, in order, and is due again in the next poll.
#[test]
fn a_sink_that_fails_keeps_the_batch() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        let tally = collector.tally();
        store.set_broken(true);
        report(&reporter, 1..=4);
        for now in [0, 1] {
            assert_eq!(
                collector.poll(ms(now)),
                Err(Broken),
                "at {now} ms: three events are due, and the sink fails. The batch stays due, and `poll` says so each time"
            );
        }
        assert_eq!(
            tally.delivered(),
            0,
            "the sink has failed, and an event counts as delivered"
        );
        store.set_broken(false);
        assert_eq!(collector.poll(ms(2)), Ok(()));
        assert_eq!(
            store.take(),
            [[1, 2, 3]],
            "left: what was written when the sink worked again; right: the batch with which it had failed"
        );
        assert_eq!((tally.delivered(), tally.dropped()), (3, 0));
    });
}

/// The same where the batch is due by its age: it stays due.
#[test]
fn a_batch_that_was_due_stays_due() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        report(&reporter, [1]);
        assert_eq!(collector.poll(ms(0)), Ok(()));
        store.set_broken(true);
        assert_eq!(collector.poll(ms(100)), Err(Broken));
        assert_eq!(collector.flush(), Err(Broken));
        store.set_broken(false);
        report(&reporter, [2]);
        assert_eq!(collector.poll(ms(101)), Ok(()));
        assert_eq!(
            store.take(),
            [[1, 2]],
            "event 1 is 101 ms old. That it could not be written at 100 ms does not make it younger"
        );
    });
}

/// Bounded: while the sink fails, one batch and one ring full are kept. The rest is dropped, and counted.
#[test]
fn a_sink_that_fails_for_long_costs_no_more_memory() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        store.set_broken(true);
        for event in 0..100 {
            reporter.report(event);
            let _ = collector.poll(ms(0));
        }
        assert_eq!(
            collector.tally().dropped(),
            100 - 3 - 8,
            "100 were reported. A batch of three and a ring of eight are kept: where are the others?"
        );
        store.set_broken(false);
        drop((collector, reporter));
        assert_eq!(
            store.take().concat(),
            (0..11).collect::<Vec<_>>(),
            "left: what was written in the end; right: the events that were accepted"
        );
    });
}

/// Whoever goes writes the rest: of the batch, and of the ring.
#[test]
fn a_drop_writes_the_rest() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        let tally = collector.tally();
        report(&reporter, 1..=2);
        assert_eq!(collector.poll(ms(0)), Ok(()));
        report(&reporter, 3..=7);
        drop(reporter);
        assert!(
            collector.is_closed(),
            "the reporter has gone: there will be no more events"
        );
        drop(collector);
        assert_eq!(
            store.take(),
            [vec![1, 2, 3], vec![4, 5, 6], vec![7]],
            "left: what was written; right: seven events, of which two had been collected before the drop"
        );
        assert_eq!((tally.delivered(), tally.dropped()), (7, 0));
    });
}

/// As long as there is a reporter, there may be more.
#[test]
fn a_reporter_that_is_alive_is_not_closed() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (reporter, collector) = writes_to(&Store::default());
        assert!(!collector.is_closed());
        report(&reporter, [1]);
        assert!(!collector.is_closed());
    });
}

/// If the sink fails in the drop, nobody will write these events any more: so they are counted.
#[test]
fn what_a_drop_cannot_write_is_counted() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        let tally = collector.tally();
        report(&reporter, 1..=2);
        assert_eq!(collector.poll(ms(0)), Ok(()));
        report(&reporter, 3..=7);
        store.set_broken(true);
        drop((collector, reporter));
        assert_eq!(
            (tally.delivered(), tally.dropped()),
            (0, 7),
            "(delivered, dropped): seven were reported, and the sink took none of them, neither those in the batch nor \
             those in the ring"
        );
    });
}

/// If the collector goes first, nobody will collect what is reported then: so it is counted, by whoever goes last.
#[test]
fn what_nobody_collects_is_counted() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (reporter, collector) = writes_to(&store);
        let tally = collector.tally();
        report(&reporter, [1]);
        drop(collector);
        assert_eq!(store.take(), [[1]]);
        for event in 2..=11 {
            reporter.report(event);
        }
        drop(reporter);
        assert_eq!(
            (tally.delivered(), tally.dropped()),
            (1, 10),
            "(delivered, dropped): eleven were reported, ten of them when there was no collector. Eight of the ten were \
             left in the ring"
        );
    });
}

/// A sink that reports events itself: each batch makes more work, and still each call comes to an end.
#[test]
fn a_sink_that_reports_keeps_nobody_for_ever() {
    /// Far more than can be right. From then on the sink is quiet, so that the test comes to an end.
    const TOO_MANY: u32 = 100;

    finishes(NOTHING_TO_WAIT_FOR, || {
        // Where the sink finds the reporter, which is made together with the collector.
        let later = Rc::new(RefCell::new(None::<Reporter<u32>>));
        let calls = Rc::new(Cell::new(0));
        let sink = {
            let (later, calls) = (Rc::clone(&later), Rc::clone(&calls));
            move |batch: &[u32]| {
                calls.set(calls.get() + 1);
                if calls.get() < TOO_MANY {
                    let later = later.borrow();
                    let reporter = later.as_ref().expect("the reporter is there by now");
                    for event in batch {
                        reporter.report(*event);
                    }
                }
                Ok::<(), ()>(())
            }
        };
        let (reporter, mut collector) = reporter(8, POLICY, sink);
        report(&reporter, 1..=4);
        *later.borrow_mut() = Some(reporter);
        assert_eq!(collector.poll(ms(0)), Ok(()));
        assert!(
            calls.replace(0) < TOO_MANY,
            "the sink reports three events for each batch of three, and there is no end of it: how many does one poll \
             collect?"
        );
        drop(collector);
        assert!(
            calls.get() < TOO_MANY,
            "as before, in the drop: how many events does it collect?"
        );
    });
}

/// A sink that panics: the events are not delivered. It is not called again by the drop, which may be in the middle of
/// the same panic.
#[test]
fn a_sink_that_panics_is_not_called_by_the_drop() {
    stress::apart(|| {
        let mut calls = 0;
        let sink = move |_: &[u32]| -> Result<(), ()> {
            calls += 1;
            // Not `panic!`: there would be a message, and nothing is wrong.
            resume_unwind(Box::new(calls))
        };
        let (reporter, collector) = reporter(8, POLICY, sink);
        let tally = collector.tally();
        report(&reporter, 1..=4);
        let left = catch_unwind(AssertUnwindSafe(move || {
            let mut collector = collector;
            let _ = collector.poll(ms(0));
        }));
        let payload = left.expect_err("the sink panics, and whoever polls has to know");
        if payload.downcast_ref() != Some(&1) {
            resume_unwind(payload);
        }
        drop(reporter);
        assert_eq!(
            (tally.delivered(), tally.dropped()),
            (0, 4),
            "(delivered, dropped): four were reported; the sink panicked with three of them, and the fourth was left"
        );
    });
}

/// A panic of somebody else's: unwinding drops the collector, and the collector writes the rest.
#[test]
fn another_panic_does_not_keep_the_drop_from_writing() {
    stress::apart(|| {
        let store = Store::default();
        let (reporter, collector) = writes_to(&store);
        report(&reporter, [1]);
        let panic = panic_of(move || {
            let _collector = collector;
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")), "the closure leaves by a panic");
        assert_eq!(
            store.take(),
            [[1]],
            "left: what was written while a panic unwound; right: what was left. The sink had nothing to do with that \
             panic"
        );
    });
}

/// After a panic that was caught, the batch is still there.
#[test]
fn a_sink_that_panicked_once_may_be_tried_again() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let store = Store::default();
        let (mut sink, mut calls) = (store.sink(), 0);
        let (reporter, mut collector) = reporter(8, POLICY, move |batch: &[u32]| {
            calls += 1;
            if calls == 1 {
                panic_with("once");
            }
            sink(batch)
        });
        report(&reporter, 1..=3);
        let polled = caught(|| collector.poll(ms(0)));
        assert_eq!(
            polled,
            Err(Panic("once")),
            "the first call of the sink panics"
        );
        assert_eq!(collector.poll(ms(1)), Ok(()));
        assert_eq!(
            store.take(),
            [[1, 2, 3]],
            "left: what was written in the second call; right: what the sink had when it panicked"
        );
        report(&reporter, [4]);
        drop(collector);
        assert_eq!(
            store.take(),
            [[4]],
            "the sink works again, so the drop writes the rest"
        );
    });
}

/// Each event is dropped once: when it is refused, when it is written, or with the ends.
#[test]
fn every_event_is_freed_once() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let event = Arc::new(());
        let mut fail = true;
        let (reporter, mut collector) = reporter(4, POLICY, move |_: &[Arc<()>]| {
            fail = !fail;
            if fail { Err(()) } else { Ok(()) }
        });
        for _ in 0..6 {
            reporter.report(Arc::clone(&event));
        }
        let alive = |event: &Arc<()>| Arc::strong_count(event) - 1;
        assert_eq!(alive(&event), 4, "four in the ring; two were refused");
        assert_eq!(collector.poll(ms(0)), Ok(()));
        assert_eq!(alive(&event), 1, "three are written, one is collected");
        for _ in 0..2 {
            reporter.report(Arc::clone(&event));
        }
        assert_eq!(collector.poll(ms(0)), Err(()));
        assert_eq!(alive(&event), 3, "the sink has failed, and three are kept");
        drop((reporter, collector));
        assert_eq!(alive(&event), 0, "both ends have gone");
    });
}

/// Delivered is delivered, and counted, before anything else can go wrong: the destructor of an event that was written may
/// panic.
#[test]
fn a_destructor_that_panics_loses_no_count() {
    struct Grumpy(u32);
    impl Drop for Grumpy {
        fn drop(&mut self) {
            if self.0 == 2 {
                panic_with("grumpy");
            }
        }
    }

    stress::apart(|| {
        let sink = |_: &[Grumpy]| Ok::<_, Broken>(());
        let (reporter, mut collector) = reporter(8, POLICY, sink);
        let tally = collector.tally();
        for event in 1..=4 {
            assert!(reporter.report(Grumpy(event)), "there is room for eight");
        }
        let panic = panic_of(|| {
            let _ = collector.poll(ms(0));
        });
        assert_eq!(
            panic,
            Some(Panic("grumpy")),
            "a destructor panics, and that goes on"
        );
        drop((reporter, collector));
        assert_eq!(
            (tally.delivered(), tally.dropped()),
            (4, 0),
            "four were reported, and the sink has taken all of them (delivered, dropped): what was done first when the batch was \
             written, counting it or clearing it?"
        );
    });
}

/// No batch is larger than it may be, not in the drop either, and not after an error.
#[test]
fn a_drop_writes_no_batch_that_is_too_large() {
    for failures in 0..=3 {
        finishes(NOTHING_TO_WAIT_FOR, move || {
            let attempts = Rc::new(RefCell::new(Vec::new()));
            let sizes = Rc::clone(&attempts);
            let sink = move |batch: &[u32]| {
                sizes.borrow_mut().push(batch.len());
                if sizes.borrow().len() <= failures {
                    Err(Broken)
                } else {
                    Ok(())
                }
            };
            let (reporter, collector) = reporter(8, POLICY, sink);
            let tally = collector.tally();
            report(&reporter, 1..=8);
            drop(collector);
            drop(reporter);
            let largest = attempts.borrow().iter().copied().max();
            assert!(
                largest.is_some_and(|size| size <= 3),
                "the sink fails {failures} times in the drop, and is given batches of {:?} events: three are a batch, whatever has \
                 happened",
                attempts.borrow()
            );
            assert_eq!(
                tally.delivered() + tally.dropped(),
                8,
                "eight were reported, and the sink failed {failures} times: {tally:?}"
            );
        });
    }
}

/// Every drop runs also by a panic, with all that it counts and says.
#[test]
fn a_panic_that_drops_both_ends_counts_everything() {
    stress::apart(|| {
        for (fails, expected) in [(false, (5, 0)), (true, (0, 5))] {
            let sink = move |_: &[u32]| if fails { Err(Broken) } else { Ok(()) };
            let (reporter, mut collector) = reporter(8, POLICY, sink);
            let tally = collector.tally();
            report(&reporter, 1..=2);
            let _ = collector.poll(ms(0));
            report(&reporter, 3..=5);
            let panic = panic_of(move || {
                let _ends = (reporter, collector);
                panic_with("out");
            });
            assert_eq!(panic, Some(Panic("out")));
            assert_eq!(
                (tally.delivered(), tally.dropped()),
                expected,
                "a panic dropped both ends, with two events in the batch and three in the ring, and a sink that {} (delivered, \
                 dropped): is there an `if !panicking()` in a `drop`?",
                if fails { "fails" } else { "works" }
            );
        }
        let (reporter, collector) = reporter(8, POLICY, |_: &[u32]| Ok::<_, Broken>(()));
        let tally = collector.tally();
        drop(collector);
        report(&reporter, 1..=2);
        let panic = panic_of(move || {
            let _last = reporter;
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_eq!(
            (tally.delivered(), tally.dropped()),
            (0, 2),
            "a panic dropped the reporter, with two events in the ring that nobody will collect (delivered, dropped)"
        );
    });
}

/// A reporter that a panic drops is closed, and says so.
#[test]
fn a_reporter_that_a_panic_drops_is_closed() {
    stress::apart(|| {
        let (reporter, mut collector) = reporter(8, POLICY, |_: &[u32]| Ok::<_, Broken>(()));
        let tally = collector.tally();
        report(&reporter, 1..=2);
        let panic = panic_of(move || {
            let _reporter = reporter;
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert!(
            collector.is_closed(),
            "a panic dropped the reporter, and whoever collects waits for more: is there an `if !panicking()` in its `drop`?"
        );
        assert_eq!(collector.poll(ms(0)), Ok(()));
        assert_eq!(collector.flush(), Ok(()));
        assert_eq!(tally.delivered(), 2);
    });
}

/// In a destructor during a panic, events are reported, collected and written as anywhere else.
#[test]
fn a_destructor_may_report_and_collect_during_a_panic() {
    stress::apart(|| {
        let store = Store::default();
        let (reporter, mut collector) = writes_to(&store);
        report(&reporter, [1]);
        assert_eq!(collector.poll(ms(0)), Ok(())); // what is not written yet should say so here, and not while we unwind
        assert_eq!(collector.flush(), Ok(()));
        store.take();
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                for event in 2..=5 {
                    reporter.report(event);
                }
                let _ = collector.poll(ms(0));
                let _ = collector.flush();
                let (other, inner) = writes_to(&store);
                other.report(6);
                drop((other, inner));
            });
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_eq!(
            store.take(),
            [vec![2, 3, 4], vec![5], vec![6]],
            "somebody else's panic is no reason not to write"
        );
    });
}

/// Time: to the nanosecond, at once, and never.
#[test]
fn an_age_is_exact() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let nanos = Duration::from_nanos;
        for (age, early, due) in [
            (
                nanos(1_500_000_001),
                nanos(2_499_999_999),
                nanos(2_500_000_000),
            ),
            (nanos(1), nanos(999_999_999), nanos(1_000_000_000)),
            (
                Duration::MAX - nanos(999_999_999),
                Duration::MAX - nanos(1),
                Duration::MAX,
            ),
        ] {
            let store = Store::default();
            let policy = Policy { size: 3, age };
            let (reporter, mut collector) = reporter(8, policy, store.sink());
            report(&reporter, [1]);
            assert_eq!(collector.poll(nanos(999_999_999)), Ok(()));
            assert_eq!(collector.poll(early), Ok(()));
            assert!(
                store.take().is_empty(),
                "at {early:?}: a batch of 999999999 ns is not {age:?} old yet. Is the time counted in larger steps?"
            );
            assert_eq!(collector.poll(due), Ok(()));
            assert_eq!(
                store.take(),
                [[1]],
                "at {due:?}: a batch of 999999999 ns is {age:?} old. Is the time counted in larger steps?"
            );
        }
        let store = Store::default();
        let policy = Policy {
            size: 3,
            age: Duration::ZERO,
        };
        let (reporter, mut collector) = reporter(8, policy, store.sink());
        report(&reporter, [1]);
        assert_eq!(collector.poll(Duration::MAX), Ok(()));
        assert_eq!(store.take(), [[1]], "an age of zero is reached at once");
    });
}

/// An empty batch would be full for ever.
#[test]
fn a_batch_without_room_is_refused() {
    let policy = Policy { size: 0, ..POLICY };
    assert!(catch_unwind(|| reporter::<u32, _>(8, policy, |_: &[u32]| Ok::<(), ()>(()))).is_err());
}

/// Events go from thread to thread, so they have to be `Send`; no two threads look at one, so they need not be `Sync`.
#[test]
fn threads_share_the_reporter_and_one_collects() {
    type Plain<T> = fn(&[T]) -> Result<(), ()>;

    assert!(
        impls!(Reporter<Cell<u32>>: Send & Sync),
        "a `Cell` can be sent, and only one thread at a time has it"
    );
    assert!(
        !impls!(Reporter<Rc<u32>>: Send) && !impls!(Reporter<Rc<u32>>: Sync),
        "an `Rc` must stay on its thread: a ring would take it to another"
    );
    assert!(impls!(Collector<Cell<u32>, Plain<Cell<u32>>>: Send));
    assert!(!impls!(Collector<Rc<u32>, Plain<Rc<u32>>>: Send));
    assert!(
        !impls!(Collector<u32, Plain<u32>>: Clone),
        "two collectors would have two batches, and no order"
    );
    assert!(impls!(Tally: Send & Sync & Clone));
}
