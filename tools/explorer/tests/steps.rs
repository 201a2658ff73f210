//! What facades ask for beside atomics and locks; what threads are not told; how a failure is shown.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicU32 as Hidden;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};

use explorer::raw::{self, Content, Hold};
use explorer::{Failure, Found, Kind, Limit, Memory, Settings, Watch, Woken};
use explorer::{explore, explore_watched};
use lanes::sync::atomic::AtomicU32;
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{Condvar, Mutex, thread, tracked};

/// Runs the two as threads, and returns what they return.
fn two<W: Send + Sync + 'static, T: Send + Ord + 'static>(
    world: impl Fn() -> W + 'static,
    first: fn(&W) -> T,
    second: fn(&W) -> T,
) -> Found<(T, T)> {
    explore(&Settings::default(), move || {
        let world = Arc::new(world());
        let other = thread::spawn({
            let world = Arc::clone(&world);
            move || second(&world)
        });
        (first(&world), other.join().unwrap())
    })
}

fn kinds<T>(found: &Found<T>) -> Vec<Kind> {
    assert_eq!(found.limit, None);
    found.failures.iter().map(|failure| failure.kind).collect()
}

#[test]
fn an_owner_has_to_know_all_stores() {
    let owned = |joins_first: bool| {
        let found = explore(&Settings::default(), move || {
            let x = Arc::new(raw::Atomic::new(0, 4));
            let other = thread::spawn({
                let x = Arc::clone(&x);
                move || x.store(1, Relaxed)
            });
            let mut seen = 0;
            if joins_first {
                other.join().unwrap();
                x.own_store(x.own() + 1);
                seen = x.load(Relaxed);
            } else {
                x.own();
                other.join().unwrap();
            }
            seen
        });
        (kinds(&found), found.outcomes)
    };
    assert_eq!(owned(true), (vec![], BTreeSet::from([2])));
    assert_eq!(owned(false).0, [Kind::Race]);
}

/// Looked at by whoever drops it.
struct Watched(UnsafeCell<u32>);
// SAFETY: the explorer watches the cell.
unsafe impl Send for Watched {}
// SAFETY: as above.
unsafe impl Sync for Watched {}

#[test]
fn a_weak_reference_is_upgraded_before_the_last_strong_one_is_dropped_or_never() {
    let found = explore(&Settings::default(), || {
        let strong = tracked::Arc::new(AtomicU32::new(7));
        let weak = tracked::Arc::downgrade(&strong);
        let other = thread::spawn(move || weak.upgrade().map(|it| it.load(Relaxed)));
        drop(strong);
        other.join().unwrap()
    });
    assert_eq!(kinds(&found), []);
    assert_eq!(found.outcomes, BTreeSet::from([None, Some(7)]));
}

#[test]
fn of_two_owners_at_most_one_unwraps_and_knows_what_the_other_has_done() {
    fn unwrap(shared: tracked::Arc<Watched>, reads: bool) -> bool {
        if reads {
            shared.0.with(|_| ());
        }
        let value = tracked::Arc::try_unwrap(shared);
        // SAFETY: a race ends the execution.
        value
            .map(|value| value.0.with_mut(|cell| unsafe { *cell += 1 }))
            .is_ok()
    }
    let found = explore(&Settings::default(), || {
        let ours = tracked::Arc::new(Watched(UnsafeCell::new(0)));
        let theirs = tracked::Arc::clone(&ours);
        let other = thread::spawn(move || unwrap(theirs, true));
        (unwrap(ours, false), other.join().unwrap())
    });
    assert_eq!(kinds(&found), []);
    let right = BTreeSet::from([(false, false), (false, true), (true, false)]);
    assert_eq!(found.outcomes, right);
}

#[test]
fn a_static_lock_is_new_to_one_thread() {
    static PLACE: u8 = 0;
    fn init() -> bool {
        let lock = raw::Lock::of_static(&raw const PLACE as usize);
        let was_left = lock.lock(Hold::Exclusive);
        let content = match was_left {
            true => Content::Same,
            false => Content::Value(1),
        };
        lock.unlock(Hold::Exclusive, content);
        was_left
    }
    let found = two(|| (), |_| init(), |_| init());
    assert_eq!(kinds(&found), []);
    assert_eq!(
        found.outcomes,
        BTreeSet::from([(false, true), (true, false)])
    );
}

#[test]
fn what_is_written_through_a_reference_that_left_its_access_is_seen_by_whoever_waits() {
    struct Slot {
        mutex: Mutex<()>,
        value: UnsafeCell<u32>,
    }
    // SAFETY: the explorer watches the cell.
    unsafe impl Sync for Slot {}
    let slot = || Slot {
        mutex: Mutex::new(()),
        value: UnsafeCell::new(0),
    };
    let found = two(
        slot,
        |slot| {
            loop {
                let guard = slot.mutex.lock().unwrap();
                // SAFETY: locked.
                let value = slot.value.with(|value| unsafe { *value });
                drop(guard);
                if value == 1 {
                    return value;
                }
                thread::yield_now();
            }
        },
        |slot| {
            let _guard = slot.mutex.lock().unwrap();
            // SAFETY: locked until the reference is gone.
            let value = slot.value.with_mut(|value| unsafe { &mut *value });
            *value = 1;
            1
        },
    );
    assert_eq!(kinds(&found), []);
    assert_eq!(found.outcomes, BTreeSet::from([(1, 1)]));
}

#[test]
fn what_no_thread_is_told_is_explored_execution_by_execution() {
    let world = || (Hidden::new(0), AtomicU32::new(0));
    let found = two(
        world,
        |(hidden, x)| {
            x.load(SeqCst);
            hidden.fetch_add(1, SeqCst)
        },
        |(hidden, x)| {
            x.load(SeqCst);
            let nth = hidden.fetch_add(1, SeqCst);
            // A step more, for one of the two.
            if nth == 1 {
                x.load(SeqCst);
            }
            nth
        },
    );
    assert_eq!(kinds(&found), []);
    assert!(found.hidden);
    assert_eq!(found.outcomes, BTreeSet::from([(0, 1), (1, 0)]));
    let found = two(
        world,
        |(hidden, x)| {
            x.load(SeqCst);
            hidden.store(1, SeqCst);
        },
        |(hidden, x)| {
            x.load(SeqCst);
            if hidden.load(SeqCst) == 1 {
                x.load(SeqCst);
                panic!("the other came first");
            }
        },
    );
    assert!(found.has(Kind::Panic), "{:?}", found.failures);
}

#[test]
fn each_limit_is_said() {
    let limited = |settings: Settings, program: fn()| explore(&settings, program).limit;
    let usual = Settings::default();
    let many_threads = || {
        let others: Vec<_> = (0..64).map(|_| thread::spawn(|| ())).collect();
        others.into_iter().for_each(|other| other.join().unwrap());
    };
    assert_eq!(limited(usual, many_threads), Some(Limit::Threads));
    let many_steps = || {
        let x = AtomicU32::new(0);
        (0..6_000).for_each(|val| x.store(val, Relaxed));
    };
    assert_eq!(limited(usual, many_steps), Some(Limit::Steps));
    let without_an_end = || {
        let x = AtomicU32::new(0);
        loop {
            x.fetch_add(1, Relaxed);
        }
    };
    let few_states = Settings {
        most_states: 100,
        ..usual
    };
    assert_eq!(limited(few_states, without_an_end), Some(Limit::States));
    let many_runs = || {
        let x = Arc::new(AtomicU32::new(0));
        let other = thread::spawn({
            let x = Arc::clone(&x);
            move || (0..4).for_each(|val| x.store(val, Relaxed))
        });
        (0..4).for_each(|_| drop(x.load(Relaxed).to_string()));
        other.join().unwrap();
    };
    let few_runs = Settings {
        most_executions: 10,
        ..usual
    };
    assert_eq!(limited(few_runs, many_runs), Some(Limit::Executions));
}

/// While the second thread unwinds, and its guard is about to unlock, the first fails. The run is given up there.
#[test]
fn a_run_is_given_up_while_a_thread_unwinds() {
    let found = explore(&Settings::default(), || {
        let mutex = Arc::new(Mutex::new(1));
        let other = raw::thread::next();
        raw::thread::spawn(other, {
            let mutex = Arc::clone(&mutex);
            move || {
                let _guard = mutex.lock().unwrap();
                std::panic::resume_unwind(Box::new(5_u8));
            }
        });
        assert!(mutex.try_lock().is_ok(), "it is held");
        raw::thread::join(other);
    });
    assert_eq!(kinds(&found), [Kind::Panic]);
}

#[test]
fn a_failure_is_shown_as_an_interleaving_if_it_is_one() {
    let stop = Settings {
        stop: true,
        ..Settings::default()
    };
    let failure = |program: fn(&AtomicU32, &AtomicU32) -> u32, least: u32| -> Failure {
        let found = explore(&stop, move || {
            let vars = Arc::new([AtomicU32::new(0), AtomicU32::new(0)]);
            let other = thread::spawn({
                let vars = Arc::clone(&vars);
                move || program(&vars[1], &vars[0])
            });
            let sum = program(&vars[0], &vars[1]) + other.join().unwrap();
            assert!(sum >= least, "{sum}");
        });
        let [failure] = &found.failures[..] else {
            panic!("{:?}", found.failures)
        };
        failure.clone()
    };
    // Each raises its own, and looks at the other's.
    let buffered = |mine: &AtomicU32, theirs: &AtomicU32| {
        mine.store(1, Release);
        theirs.load(Acquire)
    };
    assert_eq!(failure(buffered, 1).memory, Memory::Weak);
    assert_eq!(failure(buffered, 2).memory, Memory::Interleaving);
    // No thread is interrupted in the shortest way to the latter: the first runs to its end before the second begins.
    let others = failure(buffered, 2).steps;
    let second = others.iter().position(|step| step.thread == 1);
    let first = others
        .iter()
        .rposition(|step| step.thread == 0 && !step.what.starts_with("Join"));
    assert!(first < second, "{others:?}");
}

#[test]
fn a_failure_without_an_interruption_is_shown_before_a_shorter_one_with_one() {
    let stop = Settings {
        stop: true,
        ..Settings::default()
    };
    let found = explore(&stop, || {
        let vars = Arc::new([AtomicU32::new(0), AtomicU32::new(0)]);
        let other = thread::spawn({
            let vars = Arc::clone(&vars);
            move || {
                assert_eq!(vars[0].load(SeqCst), 0, "interrupted");
                assert_eq!(vars[1].load(SeqCst), 0, "one after the other");
            }
        });
        vars[0].store(1, SeqCst);
        vars[0].store(0, SeqCst);
        vars[1].store(1, SeqCst);
        other.join().unwrap();
    });
    let message = &found.failures[0].message;
    assert!(message.contains("one after the other"), "{message}");
}

/// What a watch was told.
#[derive(Default)]
struct Told(RefCell<Vec<String>>);

impl Watch for Told {
    fn begins(&self) {
        self.0.borrow_mut().push(String::from("begins"));
    }
    fn sleeps(&self, thread: usize) {
        self.0.borrow_mut().push(format!("T{thread} sleeps"));
    }
    fn wakes(&self, thread: usize, why: Woken) {
        self.0
            .borrow_mut()
            .push(format!("T{thread} wakes: {why:?}"));
    }
    fn ends(&self, failure: &Failure) {
        self.0.borrow_mut().push(failure.kind.to_string());
    }
}

#[test]
fn whoever_watches_is_told_of_the_execution_that_fails() {
    let told = Told::default();
    let program = || {
        let world = Arc::new((Mutex::new(0), Condvar::new()));
        let other = thread::spawn({
            let world = Arc::clone(&world);
            move || {
                *world.0.lock().unwrap() = 1;
                world.1.notify_one();
            }
        });
        let number = world.0.lock().unwrap();
        let number = world.1.wait(number).unwrap();
        assert_eq!(*number, 0, "woken by the other");
        drop(number);
        other.join().unwrap();
    };
    let stop = Settings {
        stop: true,
        ..Settings::default()
    };
    let found = explore_watched(&stop, program, &told);
    assert_eq!(found.failures.len(), 1);
    let right = ["begins", "T0 sleeps", "T0 wakes: Notified", "panic"];
    assert_eq!(told.0.into_inner(), right);
}

#[test]
fn a_weak_exchange_and_a_strong_one_differ_in_luck_alone() {
    let found = |weak: bool| {
        explore(&Settings::default(), move || {
            let x = raw::Atomic::new(0, 4);
            x.exchange((0, 1), AcqRel, Acquire, weak).is_ok()
        })
        .outcomes
    };
    assert_eq!(found(false), BTreeSet::from([true]));
    assert_eq!(found(true), BTreeSet::from([true, false]));
}
