//! What is done once.

use std::sync::Arc;

use lanes::Kind;
use lanes::sync::atomic::{AtomicU32, Ordering::*};
use lanes::sync::cell::SyncCell;
use lanes::sync::{Mutex, Once, OnceLock, thread};

use crate::{fails, passes};

static CONFIG: OnceLock<u32> = OnceLock::new();
static INIT: Once = Once::new();

#[test]
fn a_static_is_made_once_in_each_execution() {
    passes(|| {
        let calls = Arc::new(AtomicU32::new(0));
        let make = |calls: &AtomicU32| *CONFIG.get_or_init(|| 7 + calls.fetch_add(1, Relaxed));
        let other = thread::spawn({
            let calls = Arc::clone(&calls);
            move || make(&calls)
        });
        assert_eq!((make(&calls), other.join().unwrap()), (7, 7));
        assert_eq!(CONFIG.get(), Some(&7));
        assert_eq!(CONFIG.set(8), Err(8));
        assert_eq!(calls.load(Relaxed), 1);
    });
}

#[test]
fn what_is_made_is_there_with_all_that_came_before() {
    passes(|| {
        let shared = Arc::new((SyncCell::new(0), OnceLock::new()));
        let other = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                // SAFETY: a race ends the execution.
                shared.0.with_mut(|cell| unsafe { *cell = 1 });
                shared.1.set(()).unwrap();
            }
        });
        if shared.1.get().is_some() {
            // SAFETY: as above.
            assert_eq!(shared.0.with(|cell| unsafe { *cell }), 1);
        }
        other.join().unwrap();
    });
}

#[test]
fn get_does_not_wait() {
    let words = ["config.get() → None", "config.get_or_init(): is the first"];
    fails(Kind::Assertion, &words, || {
        let config = Arc::new(OnceLock::new());
        let other = thread::spawn({
            let config = Arc::clone(&config);
            move || *config.get_or_init(|| 1)
        });
        let early = config.get().copied();
        other.join().unwrap();
        assert!(early.is_some(), "it had its turn");
    });
}

#[test]
fn who_makes_it_may_not_ask_for_it() {
    fails(
        Kind::Deadlock,
        &["another thread is at it", "nobody wakes it"],
        || {
            let value: OnceLock<u32> = OnceLock::new();
            value.get_or_init(|| *value.get_or_init(|| 1));
        },
    );
}

#[test]
fn once_runs_once_and_the_others_wait_for_its_end() {
    passes(|| {
        let count = Arc::new(AtomicU32::new(0));
        let run = |count: &AtomicU32| {
            INIT.call_once(|| {
                count.fetch_add(1, Relaxed);
            });
            assert!(INIT.is_completed());
            assert_eq!(count.load(Relaxed), 1);
        };
        let other = thread::spawn({
            let count = Arc::clone(&count);
            move || run(&count)
        });
        run(&count);
        other.join().unwrap();
    });
}

#[test]
fn two_onces_in_the_wrong_order_are_a_deadlock() {
    fails(Kind::Deadlock, &["call_once"], || {
        let pair = Arc::new((Once::new(), Once::new()));
        let other = thread::spawn({
            let pair = Arc::clone(&pair);
            move || pair.0.call_once(|| pair.1.call_once(|| ()))
        });
        pair.1.call_once(|| pair.0.call_once(|| ()));
        other.join().unwrap();
    });
}

#[test]
fn several_of_one_place_are_made_by_default() {
    passes(|| {
        let all: [OnceLock<u32>; 2] = std::array::from_fn(|_| OnceLock::default());
        assert_eq!((all[0].set(1), all[1].set(2)), (Ok(()), Ok(())));
        assert_eq!((all[0].get(), all[1].get()), (Some(&1), Some(&2)));
    });
    fails(Kind::Panic, &["OnceLock::default()"], || {
        let all: [OnceLock<u32>; 2] = std::array::from_fn(|_| OnceLock::new());
        all.iter().for_each(|it| it.set(1).unwrap());
    });
}

#[test]
fn it_moves_and_is_taken_apart() {
    passes(|| {
        let mut value = OnceLock::new();
        value.set(Mutex::new(1)).unwrap();
        *value.get_mut().unwrap().get_mut().unwrap() = 2;
        let value = Arc::new(value);
        assert_eq!(*value.get().unwrap().lock().unwrap(), 2);
        let value = Arc::into_inner(value).unwrap();
        assert_eq!(value.into_inner().unwrap().into_inner().unwrap(), 2);
        assert_eq!(OnceLock::from(3).take(), Some(3));
        assert_eq!(OnceLock::<u32>::default().into_inner(), None);
    });
}
