//! Programs from the literature, with what the language says of the outcome that each is known for.

use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

use super::check;
use crate::on_explorer::{self, How};
use crate::program::{Class, Do, Program};
use explorer::Settings;

const X: usize = 0;
const Y: usize = 1;
const Z: usize = 2;

fn load(v: usize, o: Ordering) -> Do {
    Do::Load(v, o)
}
fn store(v: usize, val: u32, o: Ordering) -> Do {
    Do::Store(v, val, o)
}
fn fence(o: Ordering) -> Do {
    Do::Fence(o)
}

/// Whether a program can end with its threads having seen this, and if said, with these values.
fn can_see(threads: &[&[Do]], seen: &[&[u32]], last: Option<[u32; 3]>) -> bool {
    let program = Program(threads.iter().map(|steps| steps.to_vec()).collect());
    check(&program, Class::MixedFences);
    let found = on_explorer::find(&program, How::Once, Relaxed, &Settings::default());
    found.outcomes.iter().any(|outcome| {
        let (end, threads) = outcome.split_last().expect("what the variables hold");
        let same = threads
            .iter()
            .zip(seen)
            .all(|(thread, seen)| thread == seen);
        same && last.is_none_or(|last| end[..] == last)
    })
}

#[test]
fn store_buffering() {
    let seen = |write: Ordering, between: Option<Ordering>, read: Ordering| {
        let thread = |mine, theirs| {
            let mut steps = vec![store(mine, 1, write)];
            steps.extend(between.map(fence));
            steps.push(load(theirs, read));
            steps
        };
        can_see(&[&thread(X, Y), &thread(Y, X)], &[&[0], &[0]], None)
    };
    assert!(seen(Relaxed, None, Relaxed));
    assert!(seen(Release, None, Acquire));
    assert!(!seen(SeqCst, None, SeqCst));
    assert!(seen(SeqCst, None, Relaxed));
    assert!(seen(Relaxed, Some(AcqRel), Relaxed));
    assert!(!seen(Relaxed, Some(SeqCst), Relaxed));
    let fenced = [store(X, 1, Relaxed), fence(SeqCst), load(Y, Relaxed)];
    let ordered = [store(Y, 1, SeqCst), load(X, SeqCst)];
    assert!(!can_see(&[&fenced, &ordered], &[&[0], &[0]], None));
}

#[test]
fn message_passing() {
    let seen = |write, read| {
        let writer = [store(X, 1, Relaxed), store(Y, 1, write)];
        can_see(
            &[&writer, &[load(Y, read), load(X, Relaxed)]],
            &[&[], &[1, 0]],
            None,
        )
    };
    assert!(seen(Relaxed, Relaxed));
    assert!(seen(Release, Relaxed));
    assert!(seen(Relaxed, Acquire));
    assert!(!seen(Release, Acquire));
    let writer = [store(X, 1, Relaxed), fence(Release), store(Y, 1, Relaxed)];
    let reader = [load(Y, Relaxed), fence(Acquire), load(X, Relaxed)];
    assert!(!can_see(&[&writer, &reader], &[&[], &[1, 0]], None));
}

#[test]
fn a_release_sequence_goes_on_through_read_modify_writes_only() {
    let writer = [store(X, 1, Relaxed), store(Y, 1, Release)];
    let reader = [load(Y, Acquire), load(X, Relaxed)];
    let middle = [Do::Add(Y, Relaxed)];
    assert!(!can_see(
        &[&writer, &middle, &reader],
        &[&[], &[1], &[101, 0]],
        None
    ));
    let again = [
        store(X, 1, Relaxed),
        store(Y, 1, Release),
        store(Y, 2, Relaxed),
    ];
    assert!(can_see(&[&again, &reader], &[&[], &[2, 0]], None));
}

#[test]
fn load_buffering_is_never_seen_although_the_language_allows_it() {
    let thread = |from, to| [load(from, Relaxed), store(to, 1, Relaxed)];
    assert!(!can_see(
        &[&thread(X, Y), &thread(Y, X)],
        &[&[1], &[1]],
        None
    ));
}

#[test]
fn two_threads_that_store_twice() {
    let seen = |o, between: Option<Ordering>| {
        let thread = |a, b| {
            let mut steps = vec![store(a, 1, o)];
            steps.extend(between.map(fence));
            steps.push(store(b, 2, o));
            steps
        };
        can_see(
            &[&thread(X, Y), &thread(Y, X)],
            &[&[], &[]],
            Some([1, 1, 0]),
        )
    };
    assert!(seen(Relaxed, None));
    assert!(seen(Release, None));
    assert!(!seen(SeqCst, None));
    assert!(!seen(Relaxed, Some(SeqCst)));
}

#[test]
fn coherence() {
    let reader = [load(X, Relaxed), load(X, Relaxed)];
    assert!(!can_see(
        &[&[store(X, 1, Relaxed)], &reader],
        &[&[], &[1, 0]],
        None
    ));
    let writers: [&[Do]; 2] = [&[store(X, 1, Relaxed)], &[store(X, 2, Relaxed)]];
    assert!(!can_see(
        &[writers[0], writers[1], &reader, &reader],
        &[&[], &[], &[1, 2], &[2, 1]],
        None
    ));
}

#[test]
fn independent_reads_of_independent_writes() {
    let seen = |write, first, between: Option<Ordering>, second| {
        let reader = |a, b| {
            let mut steps = vec![load(a, first)];
            steps.extend(between.map(fence));
            steps.push(load(b, second));
            steps
        };
        let (x, y) = ([store(X, 1, write)], [store(Y, 1, write)]);
        can_see(
            &[&x, &y, &reader(X, Y), &reader(Y, X)],
            &[&[], &[], &[1, 0], &[1, 0]],
            None,
        )
    };
    assert!(seen(Release, Acquire, None, Acquire));
    assert!(!seen(SeqCst, SeqCst, None, SeqCst));
    assert!(seen(SeqCst, Acquire, None, Acquire));
    assert!(seen(SeqCst, Acquire, None, SeqCst));
    assert!(!seen(Relaxed, Relaxed, Some(SeqCst), Relaxed));
}

#[test]
fn causality_through_a_third_thread() {
    let seen = |o: Ordering, p: Ordering| {
        let middle = [load(X, p), store(Y, 1, o)];
        let last = [load(Y, p), load(X, Relaxed)];
        can_see(
            &[&[store(X, 1, o)], &middle, &last],
            &[&[], &[1], &[1, 0]],
            None,
        )
    };
    assert!(seen(Relaxed, Relaxed));
    assert!(!seen(Release, Acquire));
}

/// The order of SeqCst steps is not the order in which this can be executed (RC11, figure 3).
#[test]
fn z6_u() {
    let threads: [&[Do]; 3] = [
        &[store(X, 1, SeqCst), store(Y, 1, Release)],
        &[Do::Add(Y, SeqCst), load(Y, Relaxed)],
        &[store(Y, 3, SeqCst), load(X, SeqCst)],
    ];
    assert!(can_see(&threads, &[&[], &[1, 3], &[0]], None));
}

/// Two SeqCst fences that only relaxed accesses of a third thread connect.
#[test]
fn fences_that_happen_in_one_order_and_count_in_the_other() {
    let threads: [&[Do]; 3] = [
        &[store(X, 1, Relaxed), fence(SeqCst), store(Y, 1, Relaxed)],
        &[load(Y, Relaxed), store(Z, 1, Relaxed)],
        &[load(Z, Relaxed), fence(SeqCst), load(X, Relaxed)],
    ];
    assert!(can_see(&threads, &[&[], &[1], &[1, 0]], None));
}

/// A thread has read one of two equal values, and then goes on as if it had read the other. Only what it has handed on, or
/// what a fence will hand on or learn, tells the states apart. The newer value is explored first, so here the older one has
/// to allow more.
#[test]
fn states_that_differ_only_in_what_was_released() {
    let writer = [
        store(X, 1, Relaxed),
        store(X, 2, Relaxed),
        store(X, 1, Relaxed),
        store(X, 3, Relaxed),
    ];
    let by_store = [
        load(X, Relaxed),
        store(Y, 1, Release),
        load(X, Relaxed),
        store(Z, 1, Relaxed),
    ];
    let reader = [load(Z, Relaxed), load(Y, Acquire), load(X, Relaxed)];
    assert!(can_see(
        &[&by_store, &writer, &reader],
        &[&[1, 3], &[], &[1, 1, 2]],
        None
    ));
    let by_fence = [
        load(X, Relaxed),
        fence(Release),
        load(X, Relaxed),
        store(Y, 1, Relaxed),
    ];
    let reader = [load(Y, Acquire), load(X, Relaxed)];
    assert!(can_see(
        &[&by_fence, &writer, &reader],
        &[&[1, 3], &[], &[1, 2]],
        None
    ));
}

#[test]
fn states_that_differ_only_in_what_an_unlock_has_released() {
    let writer = [
        store(X, 1, Relaxed),
        store(X, 2, Relaxed),
        store(X, 1, Relaxed),
        store(X, 3, Relaxed),
    ];
    let by_lock = [
        load(X, Relaxed),
        Do::Lock,
        Do::Unlock,
        load(X, Relaxed),
        store(Z, 1, Relaxed),
    ];
    let reader = [load(Z, Relaxed), Do::Lock, Do::Unlock, load(X, Relaxed)];
    assert!(can_see(
        &[&by_lock, &writer, &reader],
        &[&[1, 0, 3], &[], &[1, 1, 2]],
        None
    ));
}

#[test]
fn states_that_differ_only_in_what_a_fence_will_learn() {
    let writer = [
        store(X, 1, Relaxed),
        store(Z, 1, Relaxed),
        store(X, 1, Release),
        store(X, 3, Relaxed),
    ];
    let reader = [
        load(X, Relaxed),
        load(X, Relaxed),
        fence(Acquire),
        load(Z, Relaxed),
    ];
    assert!(can_see(&[&reader, &writer], &[&[1, 3, 0], &[]], None));
}
