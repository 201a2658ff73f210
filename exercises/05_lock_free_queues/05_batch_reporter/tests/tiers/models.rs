//! Every schedule of a small world, explored by `lanes`.
//!
//! `source::reporter` is yours. Nobody waits in these models: every call is made once.

use std::sync::Arc;

use crate::sync::thread;
use crate::{Store, ms};

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
        "/src/batch_reporter.rs"
    ));
}
use source::{Collector, Policy, Reporter, Sink, reporter};

/// A reporter with room for `capacity` events, and its collector, which writes batches of two into `store`.
fn room_for(
    capacity: usize,
    store: &Store,
) -> (Reporter<u32>, Collector<u32, impl Sink<u32> + use<>>) {
    let policy = Policy {
        size: 2,
        age: ms(100),
    };
    reporter(capacity, policy, store.sink())
}

/// count → count: of two threads that drop an event at the same time, both are counted.
#[test]
fn two_drops_at_once_are_two() {
    lanes::model(|| {
        let (reporter, collector) = room_for(1, &Store::default());
        assert!(reporter.report(1), "there is room for one");
        let reporter = Arc::new(reporter);
        let other = thread::spawn({
            let reporter = Arc::clone(&reporter);
            move || reporter.report(2)
        });
        assert!(!reporter.report(3), "the ring is full");
        assert!(!other.join().unwrap(), "the ring is full");
        assert_eq!(
            collector.tally().dropped(),
            2,
            "two threads have dropped an event each, and not all of them were counted"
        );
    });
}

/// report → closed → collect: whoever sees that the reporter has gone collects all that was reported.
#[test]
fn a_closed_reporter_has_left_everything_in_the_ring() {
    lanes::model(|| {
        let store = Store::default();
        let (reporter, mut collector) = room_for(2, &store);
        let other = thread::spawn(move || {
            if collector.is_closed() {
                let _ = collector.poll(ms(0));
                let _ = collector.flush();
                assert_eq!(
                    store.take(),
                    [[1]],
                    "event 1 was reported, then the reporter went, the collector knew that, and did not find the event"
                );
            }
        });
        assert!(reporter.report(1), "there is room");
        drop(reporter);
        other.join().unwrap();
    });
}

/// Either end may go first: what was reported is written, or counted by whoever goes last.
#[test]
fn whoever_goes_last_counts_what_is_left() {
    lanes::model(|| {
        let (reporter, collector) = room_for(1, &Store::default());
        let tally = collector.tally();
        let other = thread::spawn(move || drop(collector));
        reporter.report(1);
        drop(reporter);
        other.join().unwrap();
        let (delivered, dropped) = (tally.delivered(), tally.dropped());
        assert_eq!(
            delivered + dropped,
            1,
            "one event was reported, both ends have gone, and {delivered} were delivered and {dropped} dropped"
        );
    });
}

/// What was collected and not written goes with the collector, and is counted there.
#[test]
fn a_batch_that_cannot_be_written_is_counted() {
    lanes::model(|| {
        let store = Store::default();
        store.set_broken(true);
        let (reporter, mut collector) = room_for(2, &store);
        let tally = collector.tally();
        let other = thread::spawn(move || {
            let _ = collector.poll(ms(0));
        });
        reporter.report(1);
        drop(reporter);
        other.join().unwrap();
        assert_eq!(
            (tally.delivered(), tally.dropped()),
            (0, 1),
            "(delivered, dropped): one event was reported, the sink fails, and both ends have gone"
        );
    });
}

/// report → collect → write: events are written in order, once each, whoever is faster.
#[test]
fn nothing_is_lost_or_doubled() {
    lanes::model(|| {
        let store = Store::default();
        let (reporter, mut collector) = room_for(2, &store);
        let other = thread::spawn(move || {
            let _ = collector.poll(ms(0));
            collector
        });
        for event in 1..=2 {
            assert!(reporter.report(event), "there is room for two");
        }
        drop(reporter);
        drop(other.join().unwrap());
        assert_eq!(
            store.take().concat(),
            [1, 2],
            "left: what was written; right: what was reported"
        );
    });
}

/// collect → report: a place in the ring is used again when its event is out, and not before.
#[test]
fn a_place_is_used_again() {
    lanes::model(|| {
        let store = Store::default();
        let (reporter, mut collector) = room_for(1, &store);
        let tally = collector.tally();
        assert!(reporter.report(1), "there is room for one");
        let other = thread::spawn(move || {
            let _ = collector.poll(ms(0));
            collector
        });
        let accepted = reporter.report(2);
        drop(reporter);
        drop(other.join().unwrap());
        assert_eq!(
            store.take().concat(),
            if accepted { vec![1, 2] } else { vec![1] },
            "left: what was written; right: what was accepted"
        );
        assert_eq!(
            tally.dropped(),
            u64::from(!accepted),
            "left: what is counted as dropped; right: what was refused"
        );
    });
}

/// Two threads report at the same time: each of the events is written.
#[test]
fn two_threads_report_at_once() {
    lanes::model(|| {
        let store = Store::default();
        let (reporter, collector) = room_for(2, &store);
        let reporter = Arc::new(reporter);
        let other = thread::spawn({
            let reporter = Arc::clone(&reporter);
            move || reporter.report(1)
        });
        assert!(reporter.report(2), "there is room for two");
        assert!(other.join().unwrap(), "there is room for two");
        drop((reporter, collector));
        let mut written = store.take().concat();
        written.sort_unstable();
        assert_eq!(
            written,
            [1, 2],
            "left: what was written; right: what was reported"
        );
    });
}
