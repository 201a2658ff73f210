//! Real threads and many rounds. A call that waits for ever fails the test after a few seconds.

use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use batch_reporter::{Policy, reporter};
use lanes::stress;

use crate::{Store, ms};

const THREADS: usize = 3;
const ROUNDS: usize = 2_000;

/// Three threads report into a small ring, a fourth collects. Each event is written once, or is counted; and the events
/// of one thread stay in order.
#[test]
fn every_event_is_written_once_or_counted() {
    let store = Store::default();
    let policy = Policy {
        size: 7,
        age: ms(20),
    };
    let (reporter, collector) = reporter(16, policy, store.sink());
    let tally = collector.tally();
    let accepted = Arc::new(Mutex::new(vec![]));
    // The lock is used by one thread: it makes a `&mut` of what the threads share.
    let collector = Arc::new(Mutex::new(collector));
    stress::together(THREADS + 1, ROUNDS, {
        let (accepted, collector) = (Arc::clone(&accepted), Arc::clone(&collector));
        move |thread, round| {
            if thread < THREADS {
                let event = (thread * ROUNDS + round) as u32;
                if reporter.report(event) {
                    accepted.lock().unwrap().push(event);
                }
            } else {
                let written = collector.lock().unwrap().poll(ms(round as u64));
                written.expect("this sink never fails");
            }
        }
    });
    // The reporter has gone with the closure. Here goes the collector.
    drop(collector);

    let batches = store.take();
    assert!(
        batches.iter().all(|batch| (1..=7).contains(&batch.len())),
        "batches have one to seven events"
    );
    let written = batches.concat();
    for thread in 0..THREADS {
        let of_thread = |event: &&u32| **event as usize / ROUNDS == thread;
        assert!(
            written.iter().filter(of_thread).is_sorted(),
            "the events of thread {thread} were written out of order"
        );
    }
    let sorted = |mut events: Vec<u32>| {
        events.sort_unstable();
        events
    };
    let accepted = sorted(std::mem::take(&mut *accepted.lock().unwrap()));
    assert!(
        sorted(written) == accepted,
        "an event for which `report` said `true` was not written, or twice"
    );
    assert_eq!(
        (tally.delivered(), tally.dropped()),
        (
            accepted.len() as u64,
            (THREADS * ROUNDS - accepted.len()) as u64
        ),
        "(delivered, dropped)"
    );
}

/// Never waits: while the sink hangs, callers go on.
#[test]
fn a_sink_that_hangs_holds_up_nobody() {
    let policy = Policy {
        size: 1,
        age: ms(0),
    };
    let (entered, in_the_sink) = mpsc::channel();
    let (go_on, wait) = mpsc::channel::<()>();
    let (reporter, mut collector) = reporter(4, policy, move |_: &[usize]| {
        // The test has gone if it has failed.
        let _ = entered.send(());
        let _ = wait.recv();
        Ok::<(), ()>(())
    });
    let tally = collector.tally();
    assert!(reporter.report(0), "there is room");
    let background = thread::spawn(move || {
        let _ = collector.poll(ms(0));
    });
    stress::finishes("the sink's first call", move || in_the_sink.recv())
        .expect("an event is there, and the sink is not called");
    stress::finishes("`report` while the sink hangs", move || {
        for event in 1..=100 {
            reporter.report(event);
        }
    });
    assert_eq!(
        tally.dropped(),
        96,
        "a hundred events, and room for four of them"
    );
    drop(go_on);
    stress::finishes("the collector, after the sink goes on", move || {
        background.join()
    })
    .expect("the sink does not panic");
    assert_eq!(
        (tally.delivered(), tally.dropped()),
        (5, 96),
        "(delivered, dropped)"
    );
}
