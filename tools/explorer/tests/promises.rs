//! Promises of progress: what keeps them passes, and what breaks them is found wherever a thread may stop.

use std::sync::Arc;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use explorer::{Kind, Promise, Settings, explore};
use lanes::sync::atomic::{AtomicBool, AtomicU32};
use lanes::sync::{Condvar, Mutex, hint, thread};

/// Runs `action` in as many threads, under a promise. How it is broken, if it is.
fn broken<W: Default + Send + Sync + 'static>(
    promise: Promise,
    threads: usize,
    action: fn(&W, usize),
) -> Option<(Kind, String)> {
    let settings = Settings {
        promise,
        ..Settings::default()
    };
    let found = explore(&settings, move || {
        let world = Arc::new(W::default());
        let others: Vec<_> = (1..threads)
            .map(|t| {
                let world = Arc::clone(&world);
                thread::spawn(move || action(&world, t))
            })
            .collect();
        action(&world, 0);
        others.into_iter().for_each(|it| it.join().unwrap());
    });
    assert_eq!(found.limit, None);
    let failure = found.failures.into_iter().next()?;
    Some((failure.kind, failure.message))
}

#[track_caller]
fn breaks<W: Default + Send + Sync + 'static>(promise: Promise, action: fn(&W, usize)) {
    for threads in [2, 3] {
        let broken = broken(promise, threads, action);
        let (kind, _) = broken.expect("a promise that is broken");
        assert_eq!(kind, Kind::Waits, "{threads} threads");
    }
}

#[track_caller]
fn keeps<W: Default + Send + Sync + 'static>(promise: Promise, action: fn(&W, usize)) {
    for threads in [2, 3] {
        assert_eq!(broken(promise, threads, action), None, "{threads} threads");
    }
}

fn one_step(x: &AtomicU32, _: usize) {
    x.fetch_add(1, Relaxed);
}

fn exchanges(x: &AtomicU32, _: usize) {
    let mut seen = x.load(Relaxed);
    while let Err(newer) = x.compare_exchange(seen, seen + 1, AcqRel, Relaxed) {
        seen = newer;
    }
}

/// The least that a spin lock can be: an exchange, and a store. No step in between shows where its holder may stop.
fn spins(locked: &AtomicBool, _: usize) {
    while locked.swap(true, Acquire) {
        hint::spin_loop();
    }
    locked.store(false, Release);
}

fn sleeps(count: &Mutex<u32>, _: usize) {
    *count.lock().unwrap() += 1;
}

fn tries(count: &Mutex<u32>, _: usize) {
    if let Ok(mut count) = count.try_lock() {
        *count += 1;
    }
}

/// The first to come announces, and then adds; the others wait until it has.
fn helper(both: &(AtomicU32, AtomicU32), _: usize) {
    if both.0.swap(1, AcqRel) == 0 {
        both.1.store(1, Release);
    } else {
        while both.1.load(Acquire) == 0 {
            hint::spin_loop();
        }
    }
}

/// The same, but whoever waits writes in each round: only a circle of states shows it.
fn busy_helper(all: &(AtomicU32, AtomicU32, [AtomicU32; 3]), t: usize) {
    if all.0.swap(1, AcqRel) == 0 {
        all.1.store(1, Release);
    } else {
        while all.1.load(Acquire) == 0 {
            all.2[t].store(1, Relaxed);
            all.2[t].store(0, Relaxed);
        }
    }
}

/// Whoever comes to a lagging second word helps it on, and does not wait.
fn helps(both: &(AtomicU32, AtomicU32), _: usize) {
    let mine = both.0.fetch_add(1, AcqRel) + 1;
    let mut seen = both.1.load(Acquire);
    while seen < mine {
        match both.1.compare_exchange(seen, seen + 1, AcqRel, Acquire) {
            Ok(_) => seen += 1,
            Err(newer) => seen = newer,
        }
    }
}

fn waits_for_news(both: &(Mutex<bool>, Condvar), t: usize) {
    if t == 0 {
        *both.0.lock().unwrap() = true;
        both.1.notify_all();
    } else {
        let mut news = both.0.lock().unwrap();
        while !*news {
            news = both.1.wait(news).unwrap();
        }
    }
}

#[test]
fn what_is_lock_free_goes_on_wherever_one_stops() {
    keeps(Promise::LockFree, one_step);
    keeps(Promise::LockFree, exchanges);
    keeps(Promise::LockFree, tries);
    keeps(Promise::LockFree, helps);
    breaks(Promise::LockFree, spins);
    breaks(Promise::LockFree, sleeps);
    breaks(Promise::LockFree, helper);
    breaks(Promise::LockFree, busy_helper);
    breaks(Promise::LockFree, waits_for_news);
}

#[test]
fn what_never_waits_needs_nobody() {
    keeps(Promise::NeverWaits, one_step);
    keeps(Promise::NeverWaits, exchanges);
    keeps(Promise::NeverWaits, tries);
    keeps(Promise::NeverWaits, helps);
    breaks(Promise::NeverWaits, spins);
    breaks(Promise::NeverWaits, sleeps);
    breaks(Promise::NeverWaits, helper);
    breaks(Promise::NeverWaits, waits_for_news);
}

#[test]
fn to_end_is_promised_by_all() {
    for threads in [2, 3] {
        assert_eq!(broken(Promise::Ends, threads, spins), None);
        assert_eq!(broken(Promise::Ends, threads, helper), None);
        assert_eq!(broken(Promise::Ends, threads, busy_helper), None);
        assert_eq!(broken(Promise::Ends, threads, waits_for_news), None);
    }
}

#[test]
fn it_is_said_who_stops_and_who_never_ends() {
    let (_, message) = broken(Promise::LockFree, 2, spins).unwrap();
    let said = |t: usize, u: usize| format!("if T{t} stops here for ever, T{u} never ends");
    assert!([said(0, 1), said(1, 0)].contains(&message), "{message}");
}
