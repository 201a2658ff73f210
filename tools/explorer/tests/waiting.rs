//! Waiting loops: what they can see, when they are stuck, and which are none.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::time::Duration;

use explorer::{Found, Kind, Settings, explore};
use lanes::sync::atomic::{AtomicBool, AtomicU32};
use lanes::sync::cell::UnsafeCell;
use lanes::sync::{Condvar, Mutex, hint, thread};

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
fn a_loop_that_waits_for_a_flag_ends_when_it_is_up() {
    for hint in [true, false] {
        let found = explore(&Settings::default(), move || {
            let flag = Arc::new(AtomicBool::new(false));
            let other = thread::spawn({
                let flag = Arc::clone(&flag);
                move || flag.store(true, Release)
            });
            while !flag.load(Acquire) {
                if hint {
                    hint::spin_loop();
                }
            }
            other.join().unwrap();
        });
        assert_eq!(kinds(&found), []);
        assert_eq!(found.outcomes.len(), 1);
    }
}

#[test]
fn a_flag_that_nobody_raises_is_a_livelock() {
    let found = two(
        || AtomicBool::new(false),
        |flag| while !flag.load(Acquire) {},
        |_| (),
    );
    assert_eq!(kinds(&found), [Kind::Livelock]);
    let found = two(
        || AtomicBool::new(false),
        |flag| {
            while flag
                .compare_exchange_weak(true, false, AcqRel, Relaxed)
                .is_err()
            {
                hint::spin_loop();
            }
        },
        |_| (),
    );
    assert_eq!(kinds(&found), [Kind::Livelock]);
}

#[test]
fn threads_that_wait_for_each_other_are_a_livelock() {
    fn after(theirs: &AtomicBool, mine: &AtomicBool) {
        while !theirs.load(Acquire) {
            hint::spin_loop();
        }
        mine.store(true, Release);
    }
    let flags = || [AtomicBool::new(false), AtomicBool::new(false)];
    let found = two(flags, |[a, b]| after(a, b), |[a, b]| after(b, a));
    assert_eq!(kinds(&found), [Kind::Livelock]);
}

fn give_way(mine: &AtomicBool, theirs: &AtomicBool) {
    mine.store(true, SeqCst);
    while theirs.load(SeqCst) {
        mine.store(false, SeqCst);
        hint::spin_loop();
        mine.store(true, SeqCst);
    }
    mine.store(false, SeqCst);
}

#[test]
fn threads_that_give_way_to_each_other_are_a_livelock() {
    let flags = || [AtomicBool::new(false), AtomicBool::new(false)];
    let found = two(flags, |[a, b]| give_way(a, b), |[a, b]| give_way(b, a));
    assert_eq!(kinds(&found), [Kind::Livelock]);
    // If only one of the two does, the other comes through, and then the first.
    let found = two(
        flags,
        |[a, b]| give_way(a, b),
        |[a, b]| {
            b.store(true, SeqCst);
            while a.load(SeqCst) {
                hint::spin_loop();
            }
            b.store(false, SeqCst);
        },
    );
    assert_eq!(kinds(&found), []);
}

#[test]
fn threads_that_give_way_by_try_lock_are_a_livelock() {
    fn both(first: &Mutex<()>, second: &Mutex<()>) {
        loop {
            let _first = first.lock().unwrap();
            if second.try_lock().is_ok() {
                return;
            }
            drop(_first);
            thread::yield_now();
        }
    }
    let locks = || (Mutex::new(()), Mutex::new(()));
    let found = two(locks, |(a, b)| both(a, b), |(a, b)| both(b, a));
    assert_eq!(kinds(&found), [Kind::Livelock]);
    let found = two(locks, |(a, b)| both(a, b), |(a, b)| both(a, b));
    assert_eq!(kinds(&found), []);
}

struct Spin {
    locked: AtomicBool,
    value: UnsafeCell<u32>,
}
// SAFETY: the explorer watches the cell.
unsafe impl Sync for Spin {}

fn spin() -> Spin {
    Spin {
        locked: AtomicBool::new(false),
        value: UnsafeCell::new(0),
    }
}

fn add(lock: &Spin, try_lock: impl Fn(&AtomicBool) -> bool) -> u32 {
    while !try_lock(&lock.locked) {
        hint::spin_loop();
    }
    // SAFETY: locked.
    lock.value.with_mut(|value| unsafe { *value += 1 });
    // SAFETY: as above.
    let value = lock.value.with(|value| unsafe { *value });
    lock.locked.store(false, Release);
    value
}

#[test]
fn spin_locks_of_every_kind_are_right() {
    type TryLock = fn(&AtomicBool) -> bool;
    let kinds_of_locks: [TryLock; 4] = [
        |locked| !locked.swap(true, Acquire),
        |locked| {
            locked
                .compare_exchange(false, true, Acquire, Relaxed)
                .is_ok()
        },
        |locked| {
            locked
                .compare_exchange_weak(false, true, Acquire, Relaxed)
                .is_ok()
        },
        |locked| !locked.load(Relaxed) && !locked.swap(true, Acquire),
    ];
    for try_lock in kinds_of_locks {
        let found = explore(&Settings::default(), move || {
            let lock = Arc::new(spin());
            let other = thread::spawn({
                let lock = Arc::clone(&lock);
                move || (add(&lock, try_lock), add(&lock, try_lock))
            });
            let ours = add(&lock, try_lock);
            let theirs = other.join().unwrap();
            (ours, theirs)
        });
        assert_eq!(kinds(&found), []);
        assert_eq!(
            found.outcomes,
            BTreeSet::from([(1, (2, 3)), (2, (1, 3)), (3, (1, 2))])
        );
    }
}

#[test]
fn a_loop_that_gives_up_after_some_rounds_is_explored_to_its_end() {
    let found = two(
        || AtomicBool::new(false),
        |flag| {
            for round in 0..4 {
                if flag.load(Acquire) {
                    return round;
                }
                hint::spin_loop();
            }
            100
        },
        |flag| {
            flag.store(true, Release);
            0
        },
    );
    assert_eq!(kinds(&found), []);
    let rounds: Vec<i32> = found.outcomes.iter().map(|&(rounds, _)| rounds).collect();
    assert_eq!(rounds, [0, 1, 2, 3, 100]);
}

struct Gate {
    open: Mutex<bool>,
    changed: Condvar,
}

fn gate() -> Gate {
    Gate {
        open: Mutex::new(false),
        changed: Condvar::new(),
    }
}

fn open(gate: &Gate) {
    *gate.open.lock().unwrap() = true;
    gate.changed.notify_one();
}

#[test]
fn a_wait_in_a_loop_wakes_up_for_no_reason_as_often_as_it_likes() {
    let found = two(
        gate,
        |gate| {
            let mut open = gate.open.lock().unwrap();
            while !*open {
                open = gate.changed.wait(open).unwrap();
            }
        },
        open,
    );
    assert_eq!(kinds(&found), []);
}

#[test]
fn a_wait_that_counts_its_awakenings_sees_one_for_no_reason_and_two() {
    let found = two(
        gate,
        |gate| {
            let mut open = gate.open.lock().unwrap();
            for woken in 0..3 {
                if *open {
                    return woken;
                }
                open = gate.changed.wait(open).unwrap();
            }
            3
        },
        |gate| {
            open(gate);
            0
        },
    );
    let woken: Vec<i32> = found.outcomes.iter().map(|&(woken, _)| woken).collect();
    assert_eq!(woken, [0, 1, 2, 3]);
}

#[test]
fn a_notification_before_the_wait_is_lost() {
    let found = two(
        gate,
        |gate| {
            let open = gate.open.lock().unwrap();
            drop(gate.changed.wait(open).unwrap());
        },
        |gate| gate.changed.notify_one(),
    );
    assert_eq!(kinds(&found), [Kind::Deadlock]);
}

/// The flag is raised, and the notification sent, while the waiter is awake for no reason: it has seen that the flag is down,
/// and is about to sleep again.
#[test]
fn a_notification_may_come_while_the_waiter_is_awake_for_no_reason() {
    let found = two(
        || {
            let flags = [AtomicBool::new(false), AtomicBool::new(false)];
            (Mutex::new(()), Condvar::new(), flags)
        },
        |(mutex, woken, [sleeps, flag])| {
            let mut guard = mutex.lock().unwrap();
            sleeps.store(true, SeqCst);
            while !flag.load(SeqCst) {
                guard = woken.wait(guard).unwrap();
            }
        },
        |(mutex, woken, [sleeps, flag])| {
            while !sleeps.load(SeqCst) {
                hint::spin_loop();
            }
            drop(mutex.lock().unwrap());
            // From here on the other is not awake, but for no reason.
            flag.store(true, SeqCst);
            woken.notify_one();
        },
    );
    assert_eq!(kinds(&found), [Kind::Deadlock]);
}

#[test]
fn time_may_be_up_before_anything_happens() {
    let found = two(
        gate,
        |gate| {
            let open = gate.open.lock().unwrap();
            let wait = Duration::from_secs(1);
            let (open, result) = gate
                .changed
                .wait_timeout_while(open, wait, |open| !*open)
                .unwrap();
            (*open, result.timed_out())
        },
        |gate| {
            open(gate);
            (true, false)
        },
    );
    assert_eq!(kinds(&found), []);
    let ours: BTreeSet<_> = found.outcomes.into_iter().map(|(ours, _)| ours).collect();
    assert_eq!(ours, BTreeSet::from([(false, true), (true, false)]));
}

#[test]
fn polling_with_a_time_out_ends_if_there_is_something_to_see_and_is_a_livelock_otherwise() {
    fn poll(gate: &Gate) {
        let mut open = gate.open.lock().unwrap();
        while !*open {
            (open, _) = gate
                .changed
                .wait_timeout(open, Duration::from_millis(1))
                .unwrap();
        }
    }
    let quietly = |gate: &Gate| *gate.open.lock().unwrap() = true;
    assert_eq!(kinds(&two(gate, poll, quietly)), []);
    assert_eq!(kinds(&two(gate, poll, |_| ())), [Kind::Livelock]);
}

#[test]
fn a_thread_that_parks_in_a_loop_needs_the_flag_and_the_token() {
    fn park_until(flag: &AtomicBool) {
        while !flag.load(Acquire) {
            thread::park();
        }
    }
    let explored = |unparks: bool| {
        explore(&Settings::default(), move || {
            let flag = Arc::new(AtomicBool::new(false));
            let waiter = thread::spawn({
                let flag = Arc::clone(&flag);
                move || park_until(&flag)
            });
            flag.store(true, Release);
            if unparks {
                waiter.thread().unpark();
            }
            waiter.join().unwrap();
        })
    };
    assert_eq!(kinds(&explored(true)), []);
    assert_eq!(kinds(&explored(false)), [Kind::Deadlock]);
}

/// While the second writes, 0 is inside for a moment, and nobody can see it.
#[test]
fn what_is_inside_a_lock_for_a_moment_is_seen_by_nobody() {
    let found = two(
        || (Mutex::new(1), AtomicBool::new(false)),
        |(mutex, _)| {
            // The third has done the same often enough to be taken for a loop that waits.
            for _ in 0..3 {
                while *mutex.lock().unwrap() != 1 {}
            }
        },
        |(mutex, flag)| {
            let mut number = mutex.lock().unwrap();
            *number = 0;
            flag.load(SeqCst);
            *number = 1;
        },
    );
    assert_eq!(kinds(&found), []);
}

#[test]
fn a_loop_that_locks_and_says_nothing_waits_until_there_is_something_to_see() {
    fn until_one(number: &Mutex<u32>) {
        while *number.lock().unwrap() != 1 {}
    }
    let found = two(|| Mutex::new(0), until_one, |it| *it.lock().unwrap() = 1);
    assert_eq!(kinds(&found), []);
    let found = two(|| Mutex::new(0), until_one, |it| *it.lock().unwrap() = 2);
    assert_eq!(kinds(&found), [Kind::Livelock]);
}

#[test]
fn whoever_is_locked_out_of_a_loop_does_not_spin() {
    let found = two(
        || Mutex::new(0),
        |number| while *number.lock().unwrap() != 1 {},
        |number| {
            // What the other waits for, should this one wake up for no reason.
            let mut number = number.lock().unwrap();
            *number = 1;
            thread::park();
        },
    );
    assert_eq!(kinds(&found), [Kind::Deadlock]);
}

#[test]
fn a_queue_whose_threads_look_again_and_again_is_no_livelock() {
    let found = two(
        || Mutex::new(None),
        |slot| {
            for item in [1, 2] {
                loop {
                    let mut slot = slot.lock().unwrap();
                    if slot.is_none() {
                        *slot = Some(item);
                        break;
                    }
                    drop(slot);
                    thread::yield_now();
                }
            }
            0
        },
        |slot| {
            let mut sum = 0;
            while sum < 3 {
                let item = slot.lock().unwrap().take();
                sum += item.unwrap_or_else(|| {
                    thread::yield_now();
                    0
                });
            }
            sum
        },
    );
    assert_eq!(kinds(&found), []);
    assert_eq!(found.outcomes, BTreeSet::from([(0, 3)]));
}

#[test]
fn a_loop_that_never_ends_and_never_repeats_reaches_a_limit() {
    let settings = Settings {
        most_states: 1_000,
        ..Settings::default()
    };
    let found = explore(&settings, || {
        let count = AtomicU32::new(0);
        loop {
            count.fetch_add(1, Relaxed);
        }
    });
    assert!(found.limit.is_some());
}
