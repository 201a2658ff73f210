//! Real threads and many rounds. What the models prove for two threads, this tries with more.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use arc::Arc;
use lanes::stress;

const THREADS: usize = 4;
const ROUNDS: usize = 1_000;

/// Whole for as long as it is alive; counts how often it is dropped.
struct Value {
    parts: [usize; 4],
    drops: std::sync::Arc<AtomicUsize>,
}

impl Value {
    fn new(n: usize, drops: &std::sync::Arc<AtomicUsize>) -> Self {
        Self {
            parts: [n; 4],
            drops: std::sync::Arc::clone(drops),
        }
    }

    #[track_caller]
    fn assert_whole(&self, n: usize) {
        assert_eq!(
            self.parts, [n; 4],
            "an owner finds its value in pieces: it has been dropped, or its memory belongs to somebody else"
        );
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        self.parts = [usize::MAX; 4];
        self.drops.fetch_add(1, Relaxed);
    }
}

/// What each thread takes in each round, once.
type Places<T> = Vec<Mutex<Option<T>>>;

fn take<T>(places: &Places<T>, place: usize) -> T {
    let taken = places[place].lock().unwrap().take();
    taken.expect("each place is taken once")
}

/// A value in each round, and four owners that clone, use and drop it at once.
#[test]
fn every_value_is_dropped_once() {
    let drops = std::sync::Arc::new(AtomicUsize::new(0));
    let places: Places<_> = (0..ROUNDS)
        .flat_map(|n| {
            let first = Arc::new(Value::new(n, &drops));
            let mut owners: Vec<_> = (1..THREADS).map(|_| first.clone()).collect();
            owners.push(first);
            owners.into_iter().map(|owner| Mutex::new(Some(owner)))
        })
        .collect();
    stress::together(THREADS, ROUNDS, move |thread, round| {
        let owner = take(&places, round * THREADS + thread);
        let clone = owner.clone();
        owner.assert_whole(round);
        drop(owner);
        clone.assert_whole(round);
    });
    assert_eq!(
        drops.load(Relaxed),
        ROUNDS,
        "left: values dropped; right: values made"
    );
}

/// A value in each round: one thread drops the only owner, while the others try to become owners.
#[test]
fn upgrades_race_with_the_last_drop() {
    let drops = std::sync::Arc::new(AtomicUsize::new(0));
    let (mut owners, mut watchers) = (Places::new(), Places::new());
    for n in 0..ROUNDS {
        let owner = Arc::new(Value::new(n, &drops));
        watchers.extend((1..THREADS).map(|_| Mutex::new(Some(Arc::downgrade(&owner)))));
        owners.push(Mutex::new(Some(owner)));
    }
    stress::together(THREADS, ROUNDS, move |thread, round| {
        if thread == 0 {
            drop(take(&owners, round));
            return;
        }
        let weak = take(&watchers, round * (THREADS - 1) + thread - 1);
        if let Some(owner) = weak.upgrade() {
            owner.assert_whole(round);
        }
        drop(weak);
    });
    assert_eq!(
        drops.load(Relaxed),
        ROUNDS,
        "left: values dropped; right: values made"
    );
}
