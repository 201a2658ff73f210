//! Small programs whose possible outcomes are known: what the explorer must find, and what it must not.

use std::collections::BTreeSet;
use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering, fence};
use lanes::sync::thread;

use Ordering::{Acquire, Relaxed, Release, SeqCst};

/// Two variables that start at 0.
fn variables() -> [Arc<AtomicU32>; 2] {
    [Arc::default(), Arc::default()]
}

/// Runs both at once, each with its own references to `x` and `y`.
fn both<A: Send + 'static, B>(
    one: impl FnOnce(&AtomicU32, &AtomicU32) -> A + Send + 'static,
    other: impl FnOnce(&AtomicU32, &AtomicU32) -> B,
) -> (A, B) {
    let [x, y] = variables();
    let thread = thread::spawn({
        let (x, y) = (Arc::clone(&x), Arc::clone(&y));
        move || one(&x, &y)
    });
    let b = other(&x, &y);
    (thread.join().unwrap(), b)
}

fn set<T: Ord + Clone>(outcomes: &[T]) -> BTreeSet<T> {
    outcomes.iter().cloned().collect()
}

fn store_buffering(store: Ordering, load: Ordering, fenced: bool) -> BTreeSet<(u32, u32)> {
    let between = move || {
        if fenced {
            fence(SeqCst);
        }
    };
    lanes::outcomes(move || {
        both(
            move |x, y| {
                x.store(1, store);
                between();
                y.load(load)
            },
            move |x, y| {
                y.store(1, store);
                between();
                x.load(load)
            },
        )
    })
}

#[test]
fn store_buffering_shows_both_old_values() {
    let all = set(&[(0, 0), (0, 1), (1, 0), (1, 1)]);
    assert_eq!(store_buffering(Relaxed, Relaxed, false), all);
    assert_eq!(store_buffering(Release, Acquire, false), all);
}

#[test]
fn store_buffering_does_not_with_seq_cst() {
    let not_both_old = set(&[(0, 1), (1, 0), (1, 1)]);
    assert_eq!(store_buffering(SeqCst, SeqCst, false), not_both_old);
    assert_eq!(store_buffering(Relaxed, Relaxed, true), not_both_old);
}

/// The flag and the data that the reader saw.
fn message_passing(store: Ordering, load: Ordering) -> BTreeSet<(u32, u32)> {
    lanes::outcomes(move || {
        let write = move |data: &AtomicU32, flag: &AtomicU32| {
            data.store(1, Relaxed);
            flag.store(1, store);
        };
        both(write, move |data, flag| {
            (flag.load(load), data.load(Relaxed))
        })
        .1
    })
}

#[test]
fn a_message_needs_release_and_acquire() {
    let all = set(&[(0, 0), (0, 1), (1, 0), (1, 1)]);
    assert_eq!(message_passing(Relaxed, Relaxed), all);
    assert_eq!(message_passing(Release, Relaxed), all);
    assert_eq!(message_passing(Relaxed, Acquire), all);
    assert_eq!(
        message_passing(Release, Acquire),
        set(&[(0, 0), (0, 1), (1, 1)])
    );
}

#[test]
fn one_variable_never_runs_backwards() {
    let seen = lanes::outcomes(|| {
        let write = |x: &AtomicU32, _: &AtomicU32| {
            x.store(1, Relaxed);
            x.store(2, Relaxed);
        };
        both(write, |x, _| (x.load(Relaxed), x.load(Relaxed))).1
    });
    assert_eq!(seen, set(&[(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]));
}

/// The limit that the documentation names: C11 allows `(1, 1)`.
#[test]
fn load_buffering_is_never_seen() {
    let seen = lanes::outcomes(|| {
        both(
            |x, y| {
                let seen = x.load(Relaxed);
                y.store(1, Relaxed);
                seen
            },
            |x, y| {
                let seen = y.load(Relaxed);
                x.store(1, Relaxed);
                seen
            },
        )
    });
    assert_eq!(seen, set(&[(0, 0), (0, 1), (1, 0)]));
}

/// Whether two readers can disagree on which of two independent writes came first.
fn readers_disagree(store: Ordering, load: Ordering) -> bool {
    let seen = lanes::outcomes(move || {
        let [x, y] = variables();
        let spawn = |run: fn(&AtomicU32, Ordering), on: &Arc<AtomicU32>| {
            let on = Arc::clone(on);
            thread::spawn(move || run(&on, store))
        };
        let writers = [&x, &y].map(|on| spawn(|on, order| on.store(1, order), on));
        let reader = thread::spawn({
            let (x, y) = (Arc::clone(&x), Arc::clone(&y));
            move || (x.load(load), y.load(load))
        });
        let second = (y.load(load), x.load(load));
        for writer in writers {
            writer.join().unwrap();
        }
        (reader.join().unwrap(), second)
    });
    seen.contains(&((1, 0), (1, 0)))
}

#[test]
fn readers_agree_only_with_seq_cst() {
    assert!(readers_disagree(Release, Acquire));
    assert!(!readers_disagree(SeqCst, SeqCst));
}

#[test]
fn a_swap_and_a_store_have_an_order() {
    // What the swap saw, and what is there at the end.
    let seen = lanes::outcomes(|| {
        let x = Arc::new(AtomicU32::new(0));
        let other = thread::spawn({
            let x = Arc::clone(&x);
            move || x.store(1, Relaxed)
        });
        let swapped = x.swap(2, Relaxed);
        other.join().unwrap();
        (swapped, x.load(Relaxed))
    });
    // loom adds (0, 2): its issue 389.
    assert_eq!(seen, set(&[(0, 1), (1, 2)]));
}

#[test]
fn a_load_does_not_hide_another_threads_load() {
    let seen = lanes::outcomes(|| {
        let x = Arc::new(AtomicU32::new(0));
        let other = thread::spawn({
            let x = Arc::clone(&x);
            move || {
                x.load(Relaxed);
                x.store(1, Relaxed);
            }
        });
        let seen = x.load(Relaxed);
        other.join().unwrap();
        seen
    });
    // loom leaves out 1: its issue 392.
    assert_eq!(seen, set(&[0, 1]));
}
