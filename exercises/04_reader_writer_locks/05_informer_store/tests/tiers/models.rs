//! Every schedule of a small world, explored by `lanes`.
//!
//! With two threads, any wait may also end for no reason.

use std::sync::Arc;

use crate::events::Change::{Added, Deleted, Resync, Updated};
use crate::events::{Event, Resource};
use crate::index::Index;
use crate::sync::thread;
use crate::sync::{Condvar, Mutex};

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
        "/src/informer_store.rs"
    ));
}
pub(crate) use source::InformerStore;

/// A pod: its name, its node, its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pod(u32, u32, u32);

impl Resource for Pod {
    type Key = u32;
    type Group = u32;

    fn key(&self) -> u32 {
        self.0
    }

    fn group(&self) -> u32 {
        self.1
    }
}

/// The versions of pod 1, as the events tell of them: from which to which, and 0 for none.
fn versions(event: &Event<Pod>) -> (u32, u32) {
    match event {
        Event::Added(new) => (0, new.2),
        Event::Updated { old, new } => (old.2, new.2),
        Event::Deleted(old) => (old.2, 0),
    }
}

/// The version of pod 1 in this index, 0 for none.
fn version(index: &Index<Pod>) -> u32 {
    index.get(&1).map_or(0, |pod| pod.2)
}

/// push → step: a pump that waits is woken, and a pump that is about to wait does not fall asleep.
#[test]
fn a_push_wakes_the_pump() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        let pumping = thread::spawn(move || pump.step());
        thread::yield_now(); // time for a pump that wakes up for no reason
        let pushed = store.push(Added(Pod(1, 7, 1)));
        assert!(
            pumping.join().unwrap(),
            "`step` said that all is done, and nobody has closed the store: what does it know when it wakes up?"
        );
        pushed.unwrap();
        assert_eq!(version(&store.snapshot()), 1);
    });
}

/// close → step: the same for the end.
#[test]
fn a_close_wakes_the_pump() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::<Pod>::new();
        let pumping = thread::spawn(move || pump.step());
        store.close();
        assert!(!pumping.join().unwrap(), "nothing was ever pushed");
    });
}

/// pump → handler: everything, and then the end.
#[test]
fn a_handler_is_told_everything_and_then_the_end() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        let handler = store.handler();
        let handling = thread::spawn(move || {
            let mut told = Vec::new();
            handler.run(|event| told.push(versions(event)));
            told
        });
        thread::yield_now(); // time for a handler that wakes up for no reason
        store.push(Added(Pod(1, 7, 1))).unwrap();
        pump.step();
        drop(pump);
        assert_eq!(handling.join().unwrap(), [(0, 1)]);
    });
}

/// write → tell: what a handler is told of, it finds.
#[test]
fn a_handler_never_finds_the_index_behind() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(Pod(1, 7, 1))).unwrap();
        let handler = store.handler();
        let handling = thread::spawn({
            let store = store.clone();
            move || {
                handler.run(|event| {
                    let (_, told) = versions(event);
                    let found = version(&store.snapshot());
                    assert!(
                        found >= told,
                        "told of v{told}, and v{found} is what the index has: tell after you have written"
                    );
                });
            }
        });
        pump.step();
        drop(pump);
        handling.join().unwrap();
    });
}

/// The same for a deletion.
#[test]
fn a_handler_does_not_find_what_it_is_told_is_gone() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(Pod(1, 7, 1))).unwrap();
        pump.step();
        let handler = store.handler();
        store.push(Deleted(1)).unwrap();
        let handling = thread::spawn({
            let store = store.clone();
            move || {
                handler.run(|event| {
                    if let Event::Deleted(_) = event {
                        let found = version(&store.snapshot());
                        assert_eq!(found, 0, "told that it is gone, and found it");
                    }
                });
            }
        });
        pump.step();
        drop(pump);
        handling.join().unwrap();
    });
}

/// One step is one step, also for those who read: an object that moves is never in two groups, and never in none.
#[test]
fn a_reader_never_sees_half_a_step() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(Pod(1, 7, 1))).unwrap();
        pump.step();
        store.push(Deleted(1)).unwrap();
        store.push(Added(Pod(1, 8, 2))).unwrap();
        let reading = thread::spawn({
            let store = store.clone();
            move || store.snapshot()
        });
        pump.step();
        let index = reading.join().unwrap();
        let found = [7, 8].map(|node| index.group(&node).count());
        match version(&index) {
            1 => assert_eq!(found, [1, 0], "before the step, it is on node 7 alone"),
            2 => assert_eq!(found, [0, 1], "after the step, it is on node 8 alone"),
            _ => panic!("replaced in one step, and a reader found nothing: that is half a step"),
        }
    });
}

/// Two snapshots of one reader: the second is not older than the first.
#[test]
fn a_reader_never_goes_back() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(Pod(1, 7, 1))).unwrap();
        pump.step();
        store.push(Updated(Pod(1, 8, 2))).unwrap();
        let pumping = thread::spawn(move || pump.step());
        let before = store.snapshot();
        let after = store.snapshot();
        assert!(version(&before) <= version(&after));
        pumping.join().unwrap();
        assert!(version(&before) <= 2, "a snapshot stays as it is");
        assert_eq!(version(&store.snapshot()), 2);
    });
}

/// Changes of one key come while it is pumped. The handler is told one story, without a gap and in order.
#[test]
fn changes_of_one_key_keep_their_order() {
    lanes::model(|| {
        let (store, pump) = InformerStore::new();
        let handler = store.handler();
        store.push(Added(Pod(1, 7, 1))).unwrap();
        let feeding = thread::spawn({
            let store = store.clone();
            move || {
                store.push(Deleted(1)).unwrap();
                store.push(Added(Pod(1, 7, 2))).unwrap();
                store.close();
            }
        });
        pump.run();
        feeding.join().unwrap();
        let mut last = 0;
        handler.run(|event| {
            let (before, now) = versions(event);
            assert_eq!(
                before, last,
                "this event does not follow from the one before"
            );
            assert!(
                before == 0 || now == 0,
                "v2 is another pod than v1, which was deleted: this is no update"
            );
            last = now;
        });
        assert_eq!(last, 2, "the last change is an addition of v2");
    });
}

/// step against `handler`: who comes during a step is told of it, once.
#[test]
fn a_handler_that_comes_during_a_step_is_told_once() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(Pod(1, 7, 1))).unwrap();
        let coming = thread::spawn({
            let store = store.clone();
            move || store.handler()
        });
        pump.step();
        let handler = coming.join().unwrap();
        drop(pump);
        let mut told = Vec::new();
        handler.run(|event| told.push(versions(event)));
        assert_eq!(
            told,
            [(0, 1)],
            "pod 1 was added, once: by the snapshot or by the step, and not by both or none"
        );
    });
}

/// The end against `handler`: who comes as the pump goes does not wait for ever.
#[test]
fn a_handler_that_comes_at_the_end_comes_to_its_end() {
    lanes::model(|| {
        let (store, pump) = InformerStore::<Pod>::new();
        let handling = thread::spawn({
            let store = store.clone();
            move || store.handler().run(|_| ())
        });
        drop(pump);
        handling.join().unwrap();
    });
}

/// step against resync: what a resync does not mention is gone, wherever it is at that moment.
#[test]
fn a_resync_finds_what_is_on_its_way() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(Pod(1, 7, 1))).unwrap();
        let pumping = thread::spawn(move || {
            pump.step();
            pump
        });
        store.push(Resync(vec![])).unwrap();
        store.close();
        pumping.join().unwrap().run();
        assert_eq!(
            version(&store.snapshot()),
            0,
            "the resync does not mention pod 1, so it is gone. Where was it when you looked for it?"
        );
    });
}

/// Two push different keys at once: none of them is lost, and each gets its turn.
#[test]
fn two_that_push_at_once_are_both_heard() {
    lanes::model(|| {
        let (store, pump) = InformerStore::new();
        let feeding = thread::spawn({
            let store = store.clone();
            move || store.push(Added(Pod(1, 7, 1)))
        });
        store.push(Added(Pod(2, 7, 1))).unwrap();
        feeding.join().unwrap().unwrap();
        store.close();
        pump.run();
        assert_eq!(store.snapshot().len(), 2);
    });
}

/// A handler that waits for what comes after the pump's next step: the pump does not wait for it.
#[test]
fn the_pump_never_waits_for_a_handler() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        let handler = store.handler();
        store.push(Added(Pod(1, 7, 1))).unwrap();
        store.push(Added(Pod(2, 7, 1))).unwrap();
        let later = Arc::new((Mutex::new(false), Condvar::new()));
        let handling = thread::spawn({
            let later = Arc::clone(&later);
            move || {
                handler.run(|_| {
                    let mut is_later = later.0.lock().unwrap();
                    while !*is_later {
                        is_later = later.1.wait(is_later).unwrap();
                    }
                });
            }
        });
        pump.step();
        pump.step();
        *later.0.lock().unwrap() = true;
        later.1.notify_one();
        drop(pump);
        handling.join().unwrap();
    });
}

/// A deletion wakes the pump as an addition does, though there may be nothing in the index to delete.
#[test]
fn a_deletion_wakes_the_pump() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::<Pod>::new();
        let pumping = thread::spawn(move || pump.step());
        store.push(Deleted(1)).unwrap();
        assert!(pumping.join().unwrap(), "a deletion is work for the pump");
    });
}

/// A resync wakes the pump, also where it brings work for two keys at once.
#[test]
fn a_resync_wakes_the_pump() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        let pumping = thread::spawn(move || {
            pump.step();
            pump.step();
        });
        store
            .push(Resync(vec![Pod(1, 7, 1), Pod(2, 7, 1)]))
            .unwrap();
        pumping.join().unwrap();
        assert_eq!(store.snapshot().len(), 2);
    });
}

/// A step of two events, a deletion and an addition, is one step for who comes meanwhile: both, or none.
#[test]
fn a_handler_that_comes_during_a_step_is_told_all_of_it_or_nothing() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(Pod(1, 7, 1))).unwrap();
        pump.step();
        store.push(Deleted(1)).unwrap();
        store.push(Added(Pod(1, 8, 2))).unwrap();
        let coming = thread::spawn({
            let store = store.clone();
            move || store.handler()
        });
        pump.step();
        let handler = coming.join().unwrap();
        drop(pump);
        let mut told = Vec::new();
        handler.run(|event| told.push(versions(event)));
        assert!(
            told == [(0, 2)] || told == [(0, 1), (1, 0), (0, 2)],
            "v1 was replaced by v2 in one step, and a handler that came meanwhile was told, from which to which: {told:?}"
        );
    });
}

/// The same for a deletion, and for an update.
#[test]
fn a_handler_that_comes_during_a_deletion_or_an_update_is_told_once() {
    for update in [false, true] {
        lanes::model(move || {
            let (store, mut pump) = InformerStore::new();
            store.push(Added(Pod(1, 7, 1))).unwrap();
            pump.step();
            store
                .push(if update {
                    Updated(Pod(1, 8, 2))
                } else {
                    Deleted(1)
                })
                .unwrap();
            let coming = thread::spawn({
                let store = store.clone();
                move || store.handler()
            });
            pump.step();
            let handler = coming.join().unwrap();
            drop(pump);
            let mut told = Vec::new();
            handler.run(|event| told.push(versions(event)));
            let (late, early): (&[_], &[_]) = if update {
                (&[(0, 2)], &[(0, 1), (1, 2)])
            } else {
                (&[], &[(0, 1), (1, 0)])
            };
            assert!(
                told == late || told == early,
                "pod 1 changed in one step, and a handler that came meanwhile was told, from which to which: {told:?}"
            );
        });
    }
}

/// An update is one step for those who read, as a deletion and an addition are.
#[test]
fn a_reader_never_sees_half_an_update() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(Pod(1, 7, 1))).unwrap();
        pump.step();
        store.push(Updated(Pod(1, 8, 2))).unwrap();
        let reading = thread::spawn({
            let store = store.clone();
            move || store.snapshot()
        });
        pump.step();
        let index = reading.join().unwrap();
        let groups: Vec<u32> = index.groups().copied().collect();
        let (node, keys) = match version(&index) {
            1 => (7, [7]),
            _ => (8, [8]),
        };
        assert_eq!(
            groups,
            keys,
            "v{} is on node {node}. Left: the nodes that have pods: an update is one step, under one lock",
            version(&index)
        );
    });
}

/// A handler that comes between the close and the end is told what is still done, and ends when that is done.
#[test]
fn a_handler_that_comes_after_the_close_is_told_what_is_still_done() {
    lanes::model(|| {
        let (store, pump) = InformerStore::new();
        store.push(Added(Pod(1, 7, 1))).unwrap();
        store.close();
        let handler = store.handler();
        let handling = thread::spawn(move || {
            let mut told = Vec::new();
            handler.run(|event| told.push(versions(event)));
            told
        });
        pump.run();
        assert_eq!(
            handling.join().unwrap(),
            [(0, 1)],
            "the store was closed, and its pump had work to do: the end for a handler is the end of the pump"
        );
    });
}

/// The end of the pump: when a handler has come to its end, no change is accepted any more.
#[test]
fn after_the_end_of_a_handler_nothing_is_accepted() {
    lanes::model(|| {
        let (store, pump) = InformerStore::new();
        let handler = store.handler();
        let ended = thread::spawn({
            let store = store.clone();
            move || {
                handler.run(|_| ());
                store.push(Added(Pod(1, 7, 1)))
            }
        });
        drop(pump);
        assert!(
            ended.join().unwrap().is_err(),
            "a handler has come to its end, for nothing more will come; and a change is accepted, which nobody will ever do"
        );
    });
}

/// A push beside a close: accepted and done, or refused.
#[test]
fn a_push_beside_a_close_is_done_or_refused() {
    lanes::model(|| {
        let (store, pump) = InformerStore::new();
        let pushing = thread::spawn({
            let store = store.clone();
            move || store.push(Added(Pod(1, 7, 1))).is_ok()
        });
        store.close();
        pump.run();
        let accepted = pushing.join().unwrap();
        assert_eq!(
            version(&store.snapshot()),
            u32::from(accepted),
            "left: the version in the index; right: 1 if the push was accepted. What is accepted is done, what is refused is not"
        );
    });
}

/// A pump that is asleep is in nobody's way: handlers come and go meanwhile, and readers read.
#[test]
fn a_pump_that_sleeps_is_in_nobodys_way() {
    lanes::model(|| {
        let (store, mut pump) = InformerStore::new();
        let pumping = thread::spawn(move || pump.step());
        let handler = store.handler();
        assert_eq!(store.snapshot().len(), 0);
        drop(handler);
        store.push(Added(Pod(1, 7, 1))).unwrap();
        assert!(pumping.join().unwrap());
    });
}
