//! Real threads and many rounds. What the models prove for two threads, this tries with more.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread;

use lanes::history::Recorder;
use lanes::stress;
use object_pool::{Pool, Pooled};

const THREADS: usize = 4;

/// An object that counts its uses without any synchronisation: two users at once would lose some.
struct Object {
    uses: usize,
    in_use: bool,
    alive: Arc<AtomicUsize>,
}

impl Object {
    /// Makes one, unless there are as many as there may be.
    fn make(capacity: usize, alive: &Arc<AtomicUsize>) -> Self {
        let others = alive.fetch_add(1, Relaxed);
        assert!(
            others < capacity,
            "an object is made, and {others} are alive: there may be {capacity}"
        );
        Self {
            uses: 0,
            in_use: false,
            alive: Arc::clone(alive),
        }
    }

    fn work(&mut self) {
        assert!(!self.in_use, "somebody else is using this object");
        self.in_use = true;
        self.uses += 1;
        if self.uses.is_multiple_of(8) {
            thread::yield_now();
        }
        self.in_use = false;
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Relaxed);
    }
}

fn pool(capacity: usize, alive: &Arc<AtomicUsize>) -> Pool<Object> {
    let alive = Arc::clone(alive);
    Pool::new(capacity, move || Object::make(capacity, &alive), |_| ())
}

/// Four threads, three objects. Each use is counted in the object, and elsewhere; both counts are the same.
#[test]
fn an_object_has_one_user_at_a_time() {
    const CAPACITY: usize = 3;
    let alive = Arc::new(AtomicUsize::new(0));
    let pool = Arc::new(pool(CAPACITY, &alive));
    let uses = Arc::new(AtomicUsize::new(0));
    stress::together(THREADS, 5_000, {
        let (pool, uses) = (Arc::clone(&pool), Arc::clone(&uses));
        move |_, _| {
            if let Some(mut object) = pool.try_take() {
                object.work();
                uses.fetch_add(1, Relaxed);
            }
        }
    });
    let guards: Vec<_> = (0..CAPACITY).map_while(|_| pool.try_take()).collect();
    assert_eq!(
        guards.len(),
        CAPACITY,
        "left: the objects that can be taken when all users have ended"
    );
    let counted: usize = guards.iter().map(|object| object.uses).sum();
    assert_eq!(
        counted,
        uses.load(Relaxed),
        "left: uses that the objects counted; right: uses. Two threads have had one object at the same time"
    );
}

/// Some discard. There are never more objects than slots (`make` looks), and no slot is lost.
#[test]
fn no_slot_is_lost_and_none_is_there_twice() {
    const CAPACITY: usize = 2;
    let alive = Arc::new(AtomicUsize::new(0));
    let pool = Arc::new(pool(CAPACITY, &alive));
    stress::together(THREADS, 5_000, {
        let pool = Arc::clone(&pool);
        move |thread, round| {
            if let Some(mut object) = pool.try_take() {
                object.work();
                if round % THREADS == thread {
                    Pooled::discard(object);
                }
            }
        }
    });
    assert_eq!(
        pool.available(),
        CAPACITY,
        "left: the slots that are free when all users have ended"
    );
    drop(pool);
    assert_eq!(
        alive.load(Relaxed),
        0,
        "left: objects that nobody has dropped"
    );
}

/// A pool in each round. Its users let go of it first, and of their objects after that.
#[test]
fn the_pool_goes_while_objects_come_back() {
    const ROUNDS: usize = 1_000;
    let alive = Arc::new(AtomicUsize::new(0));
    let places: Vec<_> = (0..ROUNDS)
        .flat_map(|_| {
            // `make` looks at one pool only.
            let alive_here = Arc::new(AtomicUsize::new(0));
            let total = Arc::clone(&alive);
            let make = move || {
                total.fetch_add(1, Relaxed);
                (
                    Object::make(THREADS, &alive_here),
                    OnDrop(Arc::clone(&total)),
                )
            };
            let pool = Arc::new(Pool::new(THREADS, make, |_| ()));
            [(); THREADS].map(|()| Mutex::new(Some(Arc::clone(&pool))))
        })
        .collect();
    stress::together(THREADS, ROUNDS, move |thread, round| {
        let pool = places[round * THREADS + thread].lock().unwrap().take();
        let pool = pool.expect("each place is taken once");
        drop(pool.try_take());
        let mut object = pool.try_take().expect("there is one for each thread");
        drop(pool);
        object.0.work();
    });
    assert_eq!(
        alive.load(Relaxed),
        0,
        "left: objects that nobody has dropped, though their pools and guards are gone"
    );
}

struct OnDrop(Arc<AtomicUsize>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// What a thread did, and what it was told.
#[derive(Debug)]
enum Call {
    Took,
    AllOut,
    Returned,
}

/// How many are out after `call`, if a pool of which `out` are out can answer so.
fn count(capacity: usize, out: usize, call: &Call) -> Option<usize> {
    match call {
        Call::Took => (out < capacity).then_some(out + 1),
        Call::AllOut => (out == capacity).then_some(out),
        Call::Returned => out.checked_sub(1),
    }
}

/// Whatever four threads are told, a pool that one thread uses could have told it: `None` is exact, too.
#[test]
fn every_answer_is_that_of_a_pool() {
    const CAPACITY: usize = 2;
    let pool = Pool::new(CAPACITY, || (), |()| ());
    let recorder = Arc::new(Recorder::new(THREADS));
    let guards: [Mutex<Option<Pooled<()>>>; THREADS] = [const { Mutex::new(None) }; THREADS];
    stress::together(THREADS, 600, {
        let recorder = Arc::clone(&recorder);
        move |thread, _| {
            let mut mine = guards[thread].lock().unwrap();
            if let Some(guard) = mine.take() {
                recorder.record(thread, || drop(guard), |()| Call::Returned);
            } else {
                let take = || pool.try_take();
                *mine = recorder.record(thread, take, |guard| match guard {
                    Some(_) => Call::Took,
                    None => Call::AllOut,
                });
            }
        }
    });
    let history = recorder.take();
    if let Err(why) = history.explain(0, |&out, call| count(CAPACITY, out, call)) {
        panic!("{why}");
    }
}
