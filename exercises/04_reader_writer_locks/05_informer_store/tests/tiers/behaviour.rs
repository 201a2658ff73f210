//! What one thread can see. A call that should not wait, and does, fails after a few seconds.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use impls::impls;
use informer_store::Change::{Added, Deleted, Resync, Updated};
use informer_store::{Closed, Handler, InformerStore, Pump, Resource};
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::finishes;

use crate::log::Pod;
use crate::pods::{assert_has, in_short, pod};

/// What hangs if a test does.
const NOTHING_TO_WAIT_FOR: &str =
    "`push`, `snapshot`, a `step` that has work to do, or a handler whose pump is gone,";

/// A store, its pump, and a handler that is told of everything from the beginning.
fn store() -> (InformerStore<Pod>, Pump<Pod>, Handler<Pod>) {
    let (store, pump) = InformerStore::new();
    let handler = store.handler();
    (store, pump, handler)
}

/// Does all that is in the queue, and no more.
#[track_caller]
fn do_all<V: Resource>(store: &InformerStore<V>, pump: &mut Pump<V>) {
    for _ in 0..store.pending() {
        assert!(pump.step(), "the store is open");
    }
    assert_eq!(store.pending(), 0, "a step takes one key out of the queue");
}

/// Closes the store, and returns all that `handler` was ever told.
fn told(store: &InformerStore<Pod>, pump: Pump<Pod>, handler: Handler<Pod>) -> Vec<String> {
    store.close();
    pump.run();
    let mut told = Vec::new();
    handler.run(|event| told.push(in_short(event)));
    told
}

/// push → step → snapshot: nothing is in the index before the step, and afterwards it is found both ways.
#[test]
fn an_object_is_found_by_its_key_and_by_its_group() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(pod(1, 7, 1))).unwrap();
        store.push(Added(pod(2, 8, 1))).unwrap();
        store.push(Added(pod(3, 7, 1))).unwrap();
        assert!(
            store.snapshot().is_empty(),
            "it is the pump that writes the index"
        );
        do_all(&store, &mut pump);
        let index = store.snapshot();
        assert_has(&index, &[pod(1, 7, 1), pod(2, 8, 1), pod(3, 7, 1)]);
        let names: Vec<u32> = index.group(&7).map(|pod| pod.name).collect();
        assert_eq!(names, [1, 3], "the pods of node 7");
        assert_eq!(index.get(&2).map(|pod| pod.node), Some(8));
        assert_eq!(index.get(&4), None);
    });
}

/// An update takes the object out of the group that it was in.
#[test]
fn an_object_that_moves_leaves_its_old_group() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(pod(1, 7, 1))).unwrap();
        store.push(Added(pod(2, 7, 1))).unwrap();
        do_all(&store, &mut pump);
        store.push(Updated(pod(1, 8, 2))).unwrap();
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[pod(1, 8, 2), pod(2, 7, 1)]);
        store.push(Updated(pod(1, 8, 3))).unwrap();
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[pod(1, 8, 3), pod(2, 7, 1)]);
    });
}

/// A deletion does so, too, and a group without objects is no group: nodes come and go, for years.
#[test]
fn the_last_object_takes_its_group_with_it() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(pod(1, 7, 1))).unwrap();
        store.push(Added(pod(2, 7, 1))).unwrap();
        store.push(Added(pod(3, 8, 1))).unwrap();
        do_all(&store, &mut pump);
        store.push(Deleted(1)).unwrap();
        store.push(Updated(pod(3, 9, 2))).unwrap();
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[pod(2, 7, 1), pod(3, 9, 2)]);
        store.push(Deleted(2)).unwrap();
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[pod(3, 9, 2)]);
        let groups: Vec<u32> = store.snapshot().groups().copied().collect();
        assert_eq!(groups, [9], "nodes 7 and 8 have no pods any more");
    });
}

/// Who has a snapshot keeps it as it is, and keeps nobody waiting.
#[test]
fn a_snapshot_stays_as_it_is() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(pod(1, 7, 1))).unwrap();
        do_all(&store, &mut pump);
        let before = store.snapshot();
        store.push(Updated(pod(1, 8, 2))).unwrap();
        store.push(Added(pod(2, 7, 1))).unwrap();
        do_all(&store, &mut pump);
        assert_has(&before, &[pod(1, 7, 1)]);
        assert_has(&store.snapshot(), &[pod(1, 8, 2), pod(2, 7, 1)]);
    });
}

/// All that is to be done for a key is one step, and values that nobody has seen are nobody's business.
#[test]
fn changes_of_one_key_are_one_step() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        store.push(Added(pod(1, 7, 1))).unwrap();
        for version in 2..=100 {
            store.push(Updated(pod(1, version, version))).unwrap();
        }
        assert_eq!(
            store.pending(),
            1,
            "a hundred changes of one key: what is in the queue more than once?"
        );
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[pod(1, 100, 100)]);
        assert_eq!(
            told(&store, pump, handler),
            ["pod 1: added v100"],
            "in one step the index went from nothing to v100, and that is what there is to tell"
        );
    });
}

/// Deleted and added again is not updated: whoever holds something for the old object has to let go of it.
#[test]
fn a_deletion_is_told_also_if_the_key_comes_back() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        store.push(Added(pod(1, 7, 1))).unwrap();
        do_all(&store, &mut pump);
        store.push(Updated(pod(1, 7, 2))).unwrap();
        store.push(Deleted(1)).unwrap();
        store.push(Added(pod(1, 8, 3))).unwrap();
        store.push(Updated(pod(1, 9, 4))).unwrap();
        assert_eq!(store.pending(), 1, "one key has something to be done");
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[pod(1, 9, 4)]);
        assert_eq!(
            told(&store, pump, handler),
            ["pod 1: added v1", "pod 1: deleted v1", "pod 1: added v4"],
            "v2 and v3 were never in the index; v1 was, and it was another pod than v4"
        );
    });
}

/// What came and went before anybody saw it leaves nothing, not even an event.
#[test]
fn nobody_is_told_of_what_was_never_in_the_index() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        store.push(Added(pod(1, 7, 1))).unwrap();
        store.push(Deleted(1)).unwrap();
        store.push(Deleted(2)).unwrap();
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[]);
        for round in 0..3 {
            store.push(Added(pod(3, 7, round))).unwrap();
            store.push(Deleted(3)).unwrap();
        }
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[]);
        assert_eq!(
            told(&store, pump, handler),
            [""; 0],
            "a handler is told what has changed in the index"
        );
    });
}

/// Twice gone is gone once, whatever came in between.
#[test]
fn the_last_word_counts() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        store.push(Added(pod(1, 7, 1))).unwrap();
        do_all(&store, &mut pump);
        store.push(Deleted(1)).unwrap();
        store.push(Added(pod(1, 8, 2))).unwrap();
        store.push(Deleted(1)).unwrap();
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[]);
        assert_eq!(
            told(&store, pump, handler),
            ["pod 1: added v1", "pod 1: deleted v1"],
            "v1 was in the index, v2 never was, and nothing is there now"
        );
    });
}

/// Keys take turns. One that changes all the time neither keeps the others waiting nor waits for ever.
#[test]
fn whoever_has_waited_longest_is_next() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        for name in [3, 1, 2] {
            store.push(Added(pod(name, 7, 1))).unwrap();
        }
        store.push(Updated(pod(3, 7, 2))).unwrap();
        store.push(Deleted(3)).unwrap();
        store.push(Added(pod(3, 7, 3))).unwrap();
        assert!(pump.step());
        store.push(Updated(pod(3, 7, 4))).unwrap();
        do_all(&store, &mut pump);
        assert_eq!(
            told(&store, pump, handler),
            [
                "pod 3: added v3",
                "pod 1: added v1",
                "pod 2: added v1",
                "pod 3: v3 → v4"
            ],
            "a change leaves a key in its place in the queue; after its step it begins at the end"
        );
    });
}

/// The stream may have missed something. What an event is called depends on what is in the index.
#[test]
fn the_index_knows_what_is_new() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        store.push(Updated(pod(1, 7, 1))).unwrap();
        do_all(&store, &mut pump);
        store.push(Added(pod(1, 8, 2))).unwrap();
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[pod(1, 8, 2)]);
        assert_eq!(
            told(&store, pump, handler),
            ["pod 1: added v1", "pod 1: v1 → v2"],
            "an update of what is not there is an addition, and an addition of what is there is an update"
        );
    });
}

/// A resync says everything: what it does not mention is gone.
#[test]
fn a_resync_repairs_what_was_missed() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        for name in [1, 2, 3] {
            store.push(Added(pod(name, 7, 1))).unwrap();
        }
        do_all(&store, &mut pump);
        // Missed: pod 1 is gone, pod 2 has moved, pod 4 has come.
        let all = [pod(2, 8, 2), pod(3, 7, 1), pod(4, 9, 3)];
        store.push(Resync(all.to_vec())).unwrap();
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &all);
        let mut told = told(&store, pump, handler).split_off(3);
        told.sort_unstable();
        assert_eq!(
            told,
            [
                "pod 1: deleted v1",
                "pod 2: v1 → v2",
                "pod 3: v1 → v1",
                "pod 4: added v3"
            ]
        );
    });
}

/// Gone is also what is not in the index yet.
#[test]
fn a_resync_counts_for_what_is_still_in_the_queue() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        store.push(Added(pod(1, 7, 1))).unwrap();
        store.push(Added(pod(2, 7, 1))).unwrap();
        store.push(Resync(vec![pod(2, 8, 2)])).unwrap();
        store.push(Added(pod(3, 9, 3))).unwrap();
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[pod(2, 8, 2), pod(3, 9, 3)]);
        store.push(Deleted(2)).unwrap();
        store.push(Resync(vec![])).unwrap();
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[]);
        store.push(Resync(vec![])).unwrap();
        assert_eq!(
            store.pending(),
            0,
            "nothing is there, and nothing should be: what is there to do?"
        );
        assert_eq!(
            told(&store, pump, handler),
            [
                "pod 2: added v2",
                "pod 3: added v3",
                "pod 2: deleted v2",
                "pod 3: deleted v3"
            ]
        );
    });
}

/// A resync that finds a key deleted in the queue brings it back, and the deletion is told all the same.
#[test]
fn a_resync_brings_back_what_it_mentions() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        store.push(Added(pod(1, 7, 1))).unwrap();
        do_all(&store, &mut pump);
        store.push(Deleted(1)).unwrap();
        store
            .push(Resync(vec![pod(1, 8, 2), pod(1, 9, 3)]))
            .unwrap();
        do_all(&store, &mut pump);
        assert_has(&store.snapshot(), &[pod(1, 9, 3)]);
        assert_eq!(
            told(&store, pump, handler),
            ["pod 1: added v1", "pod 1: deleted v1", "pod 1: added v3"]
        );
    });
}

/// Who comes late is told first what everybody else knows.
#[test]
fn a_late_handler_is_told_what_is_there() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, early) = store();
        for name in [1, 2] {
            store.push(Added(pod(name, 7, 1))).unwrap();
        }
        do_all(&store, &mut pump);
        store.push(Updated(pod(2, 7, 2))).unwrap();
        let late = store.handler();
        do_all(&store, &mut pump);
        store.close();
        pump.run();
        let too_late = store.handler();

        let all = [early, late, too_late].map(|handler| {
            let mut told = Vec::new();
            handler.run(|event| told.push(in_short(event)));
            told
        });
        let told = ["pod 1: added v1", "pod 2: added v1", "pod 2: v1 → v2"];
        assert_eq!(all[0], told, "the first was there from the beginning");
        assert_eq!(all[1], told, "the second came before the update was done");
        assert_eq!(
            all[2],
            ["pod 1: added v1", "pod 2: added v2"],
            "the third came after the end, and there is still something to tell"
        );
    });
}

/// Closed: nothing more is accepted, what was accepted is done, and then everybody comes to the end.
#[test]
fn what_was_accepted_before_the_close_is_done() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        store.push(Added(pod(1, 7, 1))).unwrap();
        store.push(Added(pod(2, 7, 1))).unwrap();
        store.close();
        store.close();
        assert_eq!(store.push(Added(pod(3, 7, 1))), Err(Closed));
        assert_eq!(store.push(Deleted(1)), Err(Closed));
        assert_eq!(store.push(Resync(vec![])), Err(Closed));
        let steps = [pump.step(), pump.step(), pump.step(), pump.step()];
        assert_eq!(
            steps,
            [true, true, false, false],
            "two keys were accepted, and two steps have something to do"
        );
        assert_has(&store.snapshot(), &[pod(1, 7, 1), pod(2, 7, 1)]);
        assert_eq!(
            told(&store, pump, handler),
            ["pod 1: added v1", "pod 2: added v1"]
        );
    });
}

/// Whoever holds the pump may panic, or forget to run it. The handlers still come to their end.
#[test]
fn a_pump_that_is_dropped_ends_the_handlers() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        store.push(Added(pod(1, 7, 1))).unwrap();
        assert!(pump.step());
        store.push(Added(pod(2, 7, 1))).unwrap();
        drop(pump);
        let mut told = Vec::new();
        handler.run(|event| told.push(in_short(event)));
        assert_eq!(told, ["pod 1: added v1"], "nobody will ever do the second");
        assert_eq!(
            store.push(Added(pod(3, 7, 1))),
            Err(Closed),
            "nobody is there to do it"
        );
        store.handler().run(|_| ());
    });
}

/// A handler that panics takes nobody with it, and the store keeps nothing for it.
#[test]
fn a_handler_that_panics_is_gone_and_nobody_else() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, other) = store();
        let broken = store.handler();
        let forgotten = watched(&store, &mut pump, 1);
        store.push(Deleted(1)).unwrap();
        do_all(&store, &mut pump);
        let panic = catch_unwind(AssertUnwindSafe(|| {
            broken.run(|_| resume_unwind(Box::new("on purpose")));
        }));
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"on purpose"));
        store.push(Added(pod(2, 7, 1))).unwrap();
        do_all(&store, &mut pump);
        assert_eq!(
            told(&store, pump, other),
            ["pod 1: added v1", "pod 1: deleted v1", "pod 2: added v1"]
        );
        assert!(
            forgotten.upgrade().is_none(),
            "all handlers are gone, and pod 1 is: who has it still?"
        );
    });
}

/// What a handler that is gone would have been told is not kept.
#[test]
fn nothing_is_kept_for_a_handler_that_is_gone() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        drop(handler);
        let forgotten = watched(&store, &mut pump, 1);
        store.push(Deleted(1)).unwrap();
        do_all(&store, &mut pump);
        assert!(
            forgotten.upgrade().is_none(),
            "nobody listens, and pod 1 is gone: who has it still?"
        );
    });
}

/// Adds a pod, and watches it.
fn watched(store: &InformerStore<Pod>, pump: &mut Pump<Pod>, name: u32) -> Weak<Pod> {
    store.push(Added(pod(name, 7, 1))).unwrap();
    do_all(store, pump);
    let index = store.snapshot();
    Arc::downgrade(index.get(&name).expect("it has just been added"))
}

/// A value whose destructor wants to know how things are.
struct Nosy {
    store: InformerStore<Nosy>,
    key: u32,
}

impl Resource for Nosy {
    type Key = u32;
    type Group = ();

    fn key(&self) -> u32 {
        self.key
    }

    fn group(&self) {}
}

impl Drop for Nosy {
    fn drop(&mut self) {
        // A panic in here during another one would end the process.
        if !std::thread::panicking() {
            // One call for each of the three locks.
            self.store.pending();
            self.store.snapshot();
            drop(self.store.handler());
        }
    }
}

/// A destructor is somebody else's code. It may use the store, so it must not run under a lock of the store.
#[test]
fn a_value_is_dropped_under_no_lock() {
    finishes(
        "a change whose old value looks into the store as it goes",
        || {
            let (store, mut pump) = InformerStore::new();
            let nosy = |key| Nosy {
                store: store.clone(),
                key,
            };
            // Outdated in the queue, in each of the ways.
            for key in [1, 1, 2, 3] {
                store.push(Added(nosy(key))).unwrap();
            }
            store.push(Deleted(2)).unwrap();
            store.push(Resync(vec![nosy(1), nosy(1)])).unwrap();
            // Outdated in the index.
            do_all(&store, &mut pump);
            store.push(Updated(nosy(1))).unwrap();
            do_all(&store, &mut pump);
            store.push(Deleted(1)).unwrap();
            do_all(&store, &mut pump);
            // Told, and then dropped.
            let handler = store.handler();
            store.push(Added(nosy(1))).unwrap();
            store.push(Resync(vec![])).unwrap();
            store.push(Added(nosy(2))).unwrap();
            do_all(&store, &mut pump);
            store.push(Deleted(2)).unwrap();
            do_all(&store, &mut pump);
            // Refused.
            store.close();
            assert_eq!(store.push(Added(nosy(1))), Err(Closed));
            pump.run();
            handler.run(|_| ());
        },
    );
}

/// A value whose key or group cannot be asked for.
struct Broken {
    key: Option<u32>,
    group: Option<u32>,
}

impl Resource for Broken {
    type Key = u32;
    type Group = u32;

    fn key(&self) -> u32 {
        self.key
            .unwrap_or_else(|| resume_unwind(Box::new("no key")))
    }

    fn group(&self) -> u32 {
        self.group
            .unwrap_or_else(|| resume_unwind(Box::new("no group")))
    }
}

/// A value that panics when it is asked does so to whoever pushes it, and leaves no trace.
#[test]
fn a_value_that_panics_is_not_accepted() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump) = InformerStore::new();
        let (key, group) = (Some(1), Some(7));
        store.push(Added(Broken { key, group })).unwrap();
        for broken in [(None, group), (Some(2), None)] {
            let (key, group) = broken;
            let panic = catch_unwind(AssertUnwindSafe(|| {
                let _ = store.push(Resync(vec![Broken { key, group }]));
            }));
            assert!(panic.is_err(), "it cannot be asked for both");
        }
        store
            .push(Added(Broken {
                key: Some(3),
                group,
            }))
            .unwrap();
        do_all(&store, &mut pump);
        let names: Vec<_> = store.snapshot().iter().map(|value| value.key).collect();
        assert_eq!(names, [Some(1), Some(3)]);
    });
}

/// A value is asked for its group once. If it says something else later, it is found where it was put.
#[test]
fn an_object_is_taken_out_of_where_it_was_put() {
    struct Fickle(AtomicU32);

    impl Resource for Fickle {
        type Key = u32;
        type Group = u32;

        fn key(&self) -> u32 {
            1
        }

        fn group(&self) -> u32 {
            self.0.load(Ordering::Relaxed)
        }
    }

    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump) = InformerStore::new();
        store.push(Added(Fickle(AtomicU32::new(7)))).unwrap();
        do_all(&store, &mut pump);
        let index = store.snapshot();
        index
            .get(&1)
            .expect("it was added")
            .0
            .store(8, Ordering::Relaxed);
        drop(index);
        store.push(Deleted(1)).unwrap();
        do_all(&store, &mut pump);
        let groups: Vec<u32> = store.snapshot().groups().copied().collect();
        assert_eq!(groups, [0; 0], "it was put into group 7, and it is gone");
    });
}

/// Every drop runs also by a panic: a pump that a panic drops closes the store, and ends the handlers.
#[test]
fn a_pump_that_a_panic_drops_ends_the_handlers() {
    finishes("a handler whose pump was dropped by a panic", || {
        let (store, mut pump, handler) = store();
        store.push(Added(pod(1, 7, 1))).unwrap();
        store.push(Added(pod(2, 7, 1))).unwrap();
        let panic = panic_of(move || {
            pump.step();
            let _pump = pump;
            panic_with("whoever pumps");
        });
        assert_eq!(panic, Some(Panic("whoever pumps")));
        assert_eq!(
            store.push(Added(pod(3, 7, 1))),
            Err(Closed),
            "a panic dropped the pump, and a change is accepted: is there an `if !panicking()` in its `drop`?"
        );
        let mut told = Vec::new();
        handler.run(|event| told.push(in_short(event)));
        assert_eq!(
            told,
            ["pod 1: added v1"],
            "one step was done before the panic"
        );
    });
}

/// In a destructor during a panic, a store works as anywhere else, and goes on after it.
#[test]
fn a_destructor_may_use_the_store_during_a_panic() {
    finishes("a store that a destructor uses, during a panic,", || {
        let (store, mut pump, handler) = store();
        store.push(Added(pod(1, 7, 1))).unwrap();
        do_all(&store, &mut pump); // what is not written yet should say so here, and not while we unwind
        drop(store.handler());
        let mut late = None;
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                let _ = store.push(Added(pod(2, 7, 2)));
                let _ = store.push(Deleted(1));
                for _ in 0..store.pending() {
                    pump.step();
                }
                late = Some(store.handler());
            });
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_has(&store.snapshot(), &[pod(2, 7, 2)]);
        let mut told_late = Vec::new();
        let expected = ["pod 1: added v1", "pod 2: added v2", "pod 1: deleted v1"];
        assert_eq!(told(&store, pump, handler), expected);
        late.expect("it was made during the panic")
            .run(|event| told_late.push(in_short(event)));
        assert_eq!(told_late, ["pod 2: added v2"]);
    });
}

/// Reentrancy: a handler may push, look, and make and run another handler.
#[test]
fn a_handler_may_use_the_store() {
    finishes("a handler that makes another", || {
        let (store, mut pump, handler) = store();
        store.push(Added(pod(1, 7, 1))).unwrap();
        do_all(&store, &mut pump);
        drop(pump);
        let mut inner = Vec::new();
        handler.run(|_| {
            assert_eq!(store.push(Deleted(1)), Err(Closed), "its pump is gone");
            assert_eq!(store.snapshot().len(), 1);
            store.handler().run(|event| inner.push(in_short(event)));
        });
        assert_eq!(inner, ["pod 1: added v1"]);
    });
}

/// Nothing is left: values go when nobody has them any more, those in the queue and in an inbox, too.
#[test]
fn everything_goes_with_the_store() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (store, mut pump, handler) = store();
        let kept = watched(&store, &mut pump, 1);
        store.push(Added(pod(2, 7, 1))).unwrap();
        drop(pump);
        assert!(kept.upgrade().is_some(), "the index and an inbox have it");
        let snapshot = store.snapshot();
        drop(handler);
        drop(store);
        assert!(kept.upgrade().is_some(), "a snapshot has it");
        drop(snapshot);
        assert!(
            kept.upgrade().is_none(),
            "store, pump, handler and snapshot are gone, and a value is still there: who owns whom in a circle?"
        );
    });
}

/// Many threads push and read; one pumps.
#[test]
fn the_store_is_shared_and_its_pump_is_not() {
    struct Local(Rc<u32>);

    impl Resource for Local {
        type Key = u32;
        type Group = u32;

        fn key(&self) -> u32 {
            *self.0
        }

        fn group(&self) -> u32 {
            *self.0
        }
    }

    assert!(impls!(InformerStore<Pod>: Send & Sync & Clone));
    assert!(
        impls!(Pump<Pod>: Send) && !impls!(Pump<Pod>: Clone),
        "with two pumps a key could be overtaken by itself"
    );
    assert!(
        impls!(Handler<Pod>: Send) && !impls!(Handler<Pod>: Clone),
        "an inbox is for one handler"
    );
    assert!(
        !impls!(InformerStore<Local>: Send | Sync),
        "an `Rc` must stay on its thread: a store would take it to another"
    );
}
