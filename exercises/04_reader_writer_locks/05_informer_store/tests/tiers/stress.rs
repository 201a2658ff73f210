//! Real threads and a real stream. A thread that nobody wakes fails the test after a few seconds.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;

use informer_store::{Change, InformerStore, Resource};
use lanes::stress;

use crate::log::{Line, PODS, Pod, Truth, record};
use crate::pods::{Follower, assert_has, assert_whole, pod};

const LINES: u32 = 60_000;

/// How many threads replay the log, side by side.
const FEEDERS: usize = 3;

/// A log of sixty thousand lines is replayed by three threads. One pumps, two are told, one of them slowly, one reads.
/// In the end, all of them have the pods that one thread without a store would have.
#[test]
fn a_replay_by_many_ends_as_a_replay_by_one() {
    let (log, truth) = record(4, LINES);
    let (store, pump) = InformerStore::new();
    let handlers = [store.handler(), store.handler()].map(|handler| Mutex::new(Some(handler)));
    let followers = Arc::new([(); 2].map(|()| Mutex::new(Follower::default())));
    let chapters = chapters(log);
    let rounds = chapters.len();
    let replay = Replay {
        store: store.clone(),
        chapters,
        all_here: Barrier::new(FEEDERS),
    };
    let pump = Mutex::new(Some(pump));

    stress::together(FEEDERS + 4, rounds, {
        let followers = Arc::clone(&followers);
        move |thread, round| match thread {
            0 => {
                // All of it in the first round: the other threads say that it goes on.
                if let Some(pump) = pump.lock().unwrap().take() {
                    pump.run();
                }
            }
            1 | 2 => {
                let mine = handlers[thread - 1].lock().unwrap().take();
                let Some(handler) = mine else { return };
                let mut follower = followers[thread - 1].lock().unwrap();
                let mut heard = 0;
                handler.run(|event| {
                    follower.hear(event);
                    heard += 1;
                    // Not each time: on a busy machine a yield takes as long as all others like.
                    if thread == 2 && heard % 100 == 0 {
                        thread::yield_now();
                    }
                });
            }
            3 => read(&replay.store),
            _ => replay.feed(thread - 4, round),
        }
    });

    let pods: Vec<Pod> = truth.values().cloned().collect();
    assert_has(&store.snapshot(), &pods);
    for follower in &*followers {
        let Follower { pods, .. } = &*follower.lock().unwrap();
        let wrong = (0..)
            .take(PODS as usize)
            .find(|name| pods.get(name) != truth.get(name));
        assert_eq!(
            wrong.map(|name| (pods.get(&name), truth.get(&name))),
            None,
            "the first pod of which a handler knows something else from what it was told (the first of the two) than what is true \
             (the second)"
        );
    }
}

/// The log, cut after each resync.
fn chapters(log: Vec<Line>) -> Vec<Vec<Change<Pod>>> {
    let mut chapters = vec![Vec::new()];
    for line in log {
        let ends = matches!(line.change, Change::Resync(_));
        if let (false, Some(chapter)) = (line.lost, chapters.last_mut()) {
            chapter.push(line.change);
        }
        if ends {
            chapters.push(Vec::new());
        }
    }
    chapters
}

struct Replay {
    store: InformerStore<Pod>,
    chapters: Vec<Vec<Change<Pod>>>,
    all_here: Barrier,
}

impl Replay {
    /// Pushes this feeder's part of a chapter. Each key has its feeder, so its changes keep their order; a resync
    /// speaks of all keys, so it comes after all of them.
    fn feed(&self, feeder: usize, round: usize) {
        for change in &self.chapters[round] {
            let name = match change {
                Change::Added(pod) | Change::Updated(pod) => pod.key(),
                Change::Deleted(name) => *name,
                Change::Resync(_) => {
                    if self.all_here.wait().is_leader() {
                        self.push(change);
                    }
                    self.all_here.wait();
                    continue;
                }
            };
            if name as usize % FEEDERS == feeder {
                self.push(change);
            }
        }
        let is_last = round + 1 == self.chapters.len();
        if is_last && self.all_here.wait().is_leader() {
            self.store.close();
        }
    }

    fn push(&self, change: &Change<Pod>) {
        self.store.push(change.clone()).expect("the store is open");
    }
}

/// Takes some snapshots, and looks at each from both sides. No pod ever goes back.
fn read(store: &InformerStore<Pod>) {
    let mut before = store.snapshot();
    for _ in 0..20 {
        let now = store.snapshot();
        assert_whole(&now);
        for pod in now.iter() {
            let older = before.get(&pod.name).map_or(0, |pod| pod.version);
            assert!(
                older <= pod.version,
                "pod {} was at v{older}, and is at v{} later",
                pod.name,
                pod.version
            );
        }
        before = now;
    }
}

/// One handler takes for ever: it waits until the other has been told everything. That one must not wait for it.
#[test]
fn a_slow_handler_stops_nobody() {
    const PODS: u32 = 100;
    let (store, pump) = InformerStore::new();
    let handlers = [store.handler(), store.handler()].map(|handler| Mutex::new(Some(handler)));
    let (done, everything) = mpsc::channel();
    let (done, everything) = (Mutex::new(done), Mutex::new(everything));
    let pump = Mutex::new(Some(pump));
    let heard = Arc::new(Mutex::new([0, 0]));

    stress::together(4, 1, {
        let heard = Arc::clone(&heard);
        move |thread, _| match thread {
            0 => {
                for name in 0..PODS {
                    store.push(Change::Added(pod(name, 7, 1))).unwrap();
                }
                store.close();
            }
            1 => {
                let pump = pump.lock().unwrap().take();
                pump.expect("there is one round").run();
            }
            _ => {
                let slow = thread == 2;
                let mut count = 0;
                let handler = handlers[thread - 2].lock().unwrap().take();
                handler.expect("there is one round").run(|_| {
                    if slow && count == 0 {
                        let everything = everything.lock().unwrap();
                        everything.recv().expect("the other handler says so");
                    }
                    count += 1;
                    if !slow && count == PODS {
                        done.lock().unwrap().send(()).expect("the slow one waits");
                    }
                });
                heard.lock().unwrap()[thread - 2] = count;
            }
        }
    });
    assert_eq!(
        *heard.lock().unwrap(),
        [PODS, PODS],
        "what each handler was told"
    );
}

/// Handlers come and go in the middle of the traffic. Each is told a story that begins with what was there.
#[test]
fn handlers_come_at_any_time() {
    const ROUNDS: usize = 300;
    let (store, pump) = InformerStore::new();
    let pump = Mutex::new(Some(pump));
    let late = Arc::new(Mutex::new(Vec::new()));
    let over = Arc::new(AtomicBool::new(false));

    stress::together(3, ROUNDS, {
        let (store, late, over) = (store.clone(), Arc::clone(&late), Arc::clone(&over));
        move |thread, round| match thread {
            0 => {
                if let Some(mut pump) = pump.lock().unwrap().take() {
                    while pump.step() {}
                    over.store(true, Ordering::Relaxed);
                }
            }
            1 => {
                let round = round as u32;
                for name in 0..4 {
                    let change = match (round + name) % 4 {
                        0 => Change::Deleted(name),
                        _ => Change::Updated(pod(name, round % 3, round)),
                    };
                    store.push(change).unwrap();
                }
                if round as usize + 1 == ROUNDS {
                    store.close();
                }
            }
            _ => {
                let handler = store.handler();
                if round % 10 == 0 {
                    late.lock().unwrap().push(handler);
                }
            }
        }
    });

    assert!(over.load(Ordering::Relaxed));
    let pods: Truth = store
        .snapshot()
        .iter()
        .map(|pod| (pod.name, Pod::clone(pod)))
        .collect();
    stress::finishes("a handler after the end", move || {
        for handler in late.lock().unwrap().drain(..) {
            let mut follower = Follower::default();
            handler.run(|event| follower.hear(event));
            assert_eq!(
                follower.pods, pods,
                "left: what a late handler knows from what it was told; right: what is in the index"
            );
        }
    });
}
