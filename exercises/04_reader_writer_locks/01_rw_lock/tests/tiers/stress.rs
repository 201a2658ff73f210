//! Real threads and many rounds. What the models prove for two threads, this tries with more.

use std::sync::Arc;

use lanes::panics::{Panic, panic_of, panic_with};
use lanes::stress;
use rw_lock::RwLock;

const THREADS: usize = 4;
const ROUNDS: usize = 1_000;

/// What is written under one guard is seen whole under another, or not at all.
#[test]
fn readers_never_see_half_a_change() {
    let pair = Arc::new(RwLock::new((0, 0)));
    stress::together(THREADS, ROUNDS, {
        let pair = Arc::clone(&pair);
        move |thread, round| {
            if (thread + round) % THREADS == 0 {
                let mut pair = pair.write();
                pair.0 += 1;
                pair.1 += 1;
            } else {
                let pair = pair.read();
                assert_eq!(
                    pair.0, pair.1,
                    "a reader sees one half of a change: a writer was in at the same time"
                );
            }
        }
    });
    assert_eq!(
        *pair.read(),
        (ROUNDS, ROUNDS),
        "changes are lost: two writers were in at once"
    );
}

/// Release on every path: some rounds leave by a panic, some are refused, none keeps the lock.
#[test]
fn panics_and_refusals_leave_no_lock_behind() {
    stress::apart(|| {
        let hits = Arc::new(RwLock::new(0));
        stress::together(THREADS, ROUNDS / 10, {
            let hits = Arc::clone(&hits);
            move |thread, round| match (thread + round) % 4 {
                0 => {
                    let panic = panic_of(|| {
                        let mut hits = hits.write();
                        *hits += 1;
                        panic_with("a writer");
                    });
                    assert_eq!(panic, Some(Panic("a writer")));
                }
                1 => {
                    let panic = panic_of(|| {
                        let _hits = hits.read();
                        panic_with("a reader");
                    });
                    assert_eq!(panic, Some(Panic("a reader")));
                }
                2 => {
                    let refused_or_done = hits.try_write().map(|mut hits| *hits += 1);
                    if refused_or_done.is_none() {
                        *hits.write() += 1;
                    }
                }
                _ => drop(hits.try_read()),
            }
        });
        assert!(
            hits.try_write().is_some(),
            "everybody has gone, and somebody is still counted"
        );
        assert_eq!(
            *hits.read(),
            THREADS * (ROUNDS / 10) / 2,
            "changes are lost: two writers were in at once"
        );
    });
}

/// A thread that waits, waits as long as it takes: none loses its patience and goes in beside a writer.
#[test]
fn waits_for_a_writer_that_takes_its_time() {
    let lock = Arc::new(RwLock::new(false));
    let mut writer = lock.write();
    let reading = std::thread::spawn({
        let lock = Arc::clone(&lock);
        move || *lock.read()
    });
    let writing = std::thread::spawn({
        let lock = Arc::clone(&lock);
        move || *lock.write()
    });
    // Nothing depends on how long this is; a waiter that gives up has time to do so.
    std::thread::sleep(std::time::Duration::from_millis(300));
    *writer = true;
    drop(writer);
    for waiting in [reading, writing] {
        let done = stress::finishes("a `read` or `write` of a free lock", move || waiting.join());
        assert!(
            done.expect("whoever waits gets a guard, however long it takes"),
            "somebody lost their patience, and went in beside a writer"
        );
    }
}
