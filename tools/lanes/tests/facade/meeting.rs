//! Threads that wait for each other.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use lanes::Kind;
use lanes::sync::atomic::{AtomicBool, AtomicU32, Ordering, Ordering::*};
use lanes::sync::cell::SyncCell;
use lanes::sync::task::{Context, Poll, Waker, block_on};
use lanes::sync::{Barrier, Mutex, futex, mpsc, thread};

use crate::{fails, passes};

#[test]
fn threads_of_a_scope_borrow() {
    passes(|| {
        let count = AtomicU32::new(0);
        let mut own = 0;
        let sum = thread::scope(|scope| {
            let one = scope.spawn(|| count.fetch_add(1, Relaxed));
            scope.spawn(|| count.fetch_add(1, Relaxed));
            own += 1;
            one.join().unwrap() + 1
        });
        assert!(sum <= 2 && own == 1);
        assert_eq!(count.load(Relaxed), 2);
    });
}

#[test]
fn threads_of_a_scope_race() {
    fails(Kind::DataRace, &["spawn T1", "write"], || {
        let cell = SyncCell::new(0);
        // SAFETY: a race ends the execution.
        let add = || cell.with_mut(|cell| unsafe { *cell += 1 });
        thread::scope(|scope| {
            scope.spawn(add);
            add();
        });
    });
}

#[test]
fn the_end_of_a_scope_waits() {
    fails(Kind::Deadlock, &["⏸ join T1"], || {
        thread::scope(|scope| {
            scope.spawn(thread::park);
        });
    });
}

fn meet(threads: usize, all: usize) {
    let shared = Arc::new((Barrier::new(all), SyncCell::new(0)));
    let others: Vec<_> = (1..threads)
        .map(|_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.0.wait().is_leader())
        })
        .collect();
    // SAFETY: a race ends the execution.
    shared.1.with_mut(|cell| unsafe { *cell = 1 });
    let mut leaders = u32::from(shared.0.wait().is_leader());
    for other in others {
        leaders += u32::from(other.join().unwrap());
    }
    assert_eq!(leaders, 1);
}

#[test]
fn a_barrier_has_one_leader() {
    passes(|| meet(2, 2));
    passes(|| meet(3, 3));
}

#[test]
fn a_barrier_waits_for_all() {
    let words = ["barrier.wait(): waits", "nobody wakes it", "deadlock"];
    fails(Kind::Deadlock, &words, || {
        let barrier = Barrier::new(2);
        barrier.wait();
    });
}

#[test]
fn a_barrier_orders_what_comes_before_it() {
    let writes = |barrier: bool| {
        let shared = Arc::new((Barrier::new(2), SyncCell::new(0)));
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                // SAFETY: a race ends the execution.
                shared.1.with_mut(|cell| unsafe { *cell = 1 });
                shared.0.wait();
            }
        });
        if barrier {
            shared.0.wait();
        }
        // SAFETY: as above.
        shared.1.with(|cell| unsafe { *cell });
        if !barrier {
            shared.0.wait();
        }
        other.join().unwrap();
    };
    passes(move || writes(true));
    fails(Kind::DataRace, &["data race"], move || writes(false));
}

/// A mutex on a futex: 0 is free, 1 is locked, 2 is locked while others may sleep.
struct Lock {
    state: AtomicU32,
    value: SyncCell<u32>,
}

impl Lock {
    fn lock(&self) {
        if self.state.compare_exchange(0, 1, Acquire, Relaxed).is_err() {
            while self.state.swap(2, Acquire) != 0 {
                futex::wait(&self.state, 2);
            }
        }
    }

    fn unlock(&self, order: Ordering, wakes: bool) {
        if self.state.swap(0, order) == 2 && wakes {
            futex::wake_one(&self.state);
        }
    }
}

fn two_lock(order: Ordering, wakes: bool) {
    let lock = Arc::new(Lock {
        state: AtomicU32::new(0),
        value: SyncCell::new(0),
    });
    let add = move |lock: &Lock| {
        lock.lock();
        // SAFETY: a race ends the execution.
        lock.value.with_mut(|value| unsafe { *value += 1 });
        lock.unlock(order, wakes);
    };
    let other = thread::spawn({
        let lock = Arc::clone(&lock);
        move || add(&lock)
    });
    add(&lock);
    other.join().unwrap();
}

#[test]
fn a_lock_on_a_futex() {
    passes(|| two_lock(Release, true));
    fails(Kind::DataRace, &["data race on `value`"], || {
        two_lock(Relaxed, true);
    });
    let words = ["wait(state, 2)", "nobody wakes it"];
    fails(Kind::Deadlock, &words, || two_lock(Release, false));
}

#[test]
fn a_futex_does_not_sleep_on_another_value() {
    fails(Kind::Panic, &["wait(state, 1) returns: it is 0"], || {
        let state = AtomicU32::new(0);
        futex::wait(&state, 1);
        panic!("over");
    });
}

#[test]
fn a_wake_up_finds_who_has_looked() {
    let flag = |wakes: fn(&AtomicU32)| {
        let state = Arc::new(AtomicU32::new(0));
        let other = thread::spawn({
            let state = Arc::clone(&state);
            move || {
                state.store(1, Release);
                wakes(&state);
            }
        });
        while state.load(Acquire) == 0 {
            futex::wait(&state, 0);
        }
        other.join().unwrap();
    };
    passes(move || flag(futex::wake_one));
    passes(move || flag(futex::wake_all));
    fails(Kind::Deadlock, &["wait(state, 0)"], move || flag(|_| ()));
}

/// A flag that a future waits for.
#[derive(Default)]
struct Flag {
    is_up: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Flag {
    fn raise(&self) {
        self.is_up.store(true, Release);
        let waker = self.waker.lock().unwrap().take();
        waker.into_iter().for_each(Waker::wake);
    }
}

struct Raised<'a> {
    flag: &'a Flag,
    looks_again: bool,
}

impl Future for Raised<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.flag.is_up.load(Acquire) {
            return Poll::Ready(());
        }
        *self.flag.waker.lock().unwrap() = Some(context.waker().clone());
        match self.looks_again && self.flag.is_up.load(Acquire) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}

fn waits_for_a_flag(looks_again: bool) {
    let flag = Arc::new(Flag::default());
    let other = thread::spawn({
        let flag = Arc::clone(&flag);
        move || flag.raise()
    });
    block_on(Raised {
        flag: &flag,
        looks_again,
    });
    other.join().unwrap();
}

#[test]
fn a_future_that_looks_again_is_woken() {
    passes(|| waits_for_a_flag(true));
    fails(Kind::Deadlock, &["⏸ park"], || waits_for_a_flag(false));
}

#[test]
fn a_channel_hands_on() {
    passes(|| {
        let (sender, receiver) = mpsc::channel();
        let second = sender.clone();
        let others = [
            thread::spawn(move || sender.send(1).unwrap()),
            thread::spawn(move || second.send(2).unwrap()),
        ];
        assert_eq!(receiver.iter().sum::<i32>(), 3);
        assert!(receiver.recv().is_err());
        others.into_iter().for_each(|other| other.join().unwrap());
    });
}

#[test]
fn a_channel_with_room_for_one_waits() {
    passes(|| {
        let (sender, receiver) = mpsc::sync_channel(1);
        let other = thread::spawn(move || (1..=2).for_each(|n| sender.send(n).unwrap()));
        assert_eq!((receiver.recv(), receiver.recv()), (Ok(1), Ok(2)));
        other.join().unwrap();
    });
    let words = ["sender.send(2): there is no room", "deadlock"];
    fails(Kind::Deadlock, &words, || {
        let (sender, _receiver) = mpsc::sync_channel(1);
        sender.send(1).unwrap();
        sender.send(2).unwrap();
    });
}

#[test]
fn who_keeps_a_sender_waits_for_ever() {
    let words = ["receiver.recv(): there is nothing", "nobody wakes it"];
    fails(Kind::Deadlock, &words, || {
        let (sender, receiver) = mpsc::channel::<u32>();
        let second = sender.clone();
        let other = thread::spawn(move || drop(second));
        assert_eq!(receiver.into_iter().count(), 0);
        drop(sender);
        other.join().unwrap();
    });
}
