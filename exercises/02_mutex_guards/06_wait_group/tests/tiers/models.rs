//! Every schedule of a small world, explored by `lanes`.

use std::sync::Arc;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/wait_group.rs"));
}
pub(crate) use source::WaitGroup;

/// A page that one task writes, without a lock.
struct Page(UnsafeCell<u32>);

// SAFETY: whether the page is read only when its writer is done is the question that the models ask. They see
// every access and report two that meet.
unsafe impl Sync for Page {}

impl Page {
    fn blank() -> Arc<Self> {
        Arc::new(Self(UnsafeCell::new(0)))
    }

    fn write(&self, words: u32) {
        // SAFETY: see `Page`.
        self.0.with_mut(|page| unsafe { *page += words });
    }

    fn read(&self) -> u32 {
        // SAFETY: see `Page`.
        self.0.with(|page| unsafe { *page })
    }
}

/// done → wait returns: what the task wrote is there.
#[test]
fn wait_sees_what_a_task_has_written() {
    lanes::model(|| {
        let group = WaitGroup::new();
        let page = Page::blank();
        let writer = group.spawn({
            let page = Arc::clone(&page);
            move || page.write(7)
        });
        group.wait();
        assert_eq!(page.read(), 7, "`wait` is over before the work is");
        assert_eq!(
            group.pending(),
            0,
            "`wait` is over, and somebody is counted"
        );
        writer.join().unwrap();
    });
}

/// Not before the last: with two tasks, the first to be done ends nothing.
#[test]
fn wait_waits_for_the_last_of_two() {
    lanes::model(|| {
        let group = WaitGroup::new();
        let done = Arc::new(AtomicUsize::new(0));
        for _ in 0..2 {
            let done = Arc::clone(&done);
            group.spawn(move || done.fetch_add(1, Ordering::Relaxed));
        }
        group.wait();
        assert_eq!(
            done.load(Ordering::Relaxed),
            2,
            "`wait` is over before the work is"
        );
    });
}

/// Everybody who waits is woken.
#[test]
fn two_waiters_are_both_woken() {
    lanes::model(|| {
        let group = Arc::new(WaitGroup::new());
        let task = group.add();
        for _ in 0..2 {
            let group = Arc::clone(&group);
            thread::spawn(move || group.wait());
        }
        drop(task);
    });
}

/// No gap: a task that hands on to its clone is not done in between.
#[test]
fn a_task_hands_on_to_its_clone_without_a_gap() {
    lanes::model(|| {
        let group = WaitGroup::new();
        let page = Page::blank();
        let task = group.add();
        let writer = thread::spawn({
            let page = Arc::clone(&page);
            move || {
                let second = task.clone();
                drop(task);
                page.write(7);
                drop(second);
            }
        });
        group.wait();
        assert_eq!(page.read(), 7, "`wait` is over while a clone is alive");
        writer.join().unwrap();
    });
}

/// A group has no end: the second round is waited for like the first.
#[test]
fn a_group_can_be_used_again() {
    lanes::model(|| {
        let group = WaitGroup::new();
        let page = Page::blank();
        for round in 1..=2 {
            let page_of_writer = Arc::clone(&page);
            group.spawn(move || page_of_writer.write(7));
            group.wait();
            assert_eq!(page.read(), 7 * round, "`wait` is over before the work is");
        }
    });
}

/// Done is done: what the work owned is dropped before the wait is over, in every schedule, and its panic is a way to be done.
#[test]
fn what_the_work_owned_is_dropped_before_wait_returns() {
    /// Says when it is dropped.
    struct Owned(Arc<AtomicUsize>);
    impl Drop for Owned {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    lanes::model(|| {
        let group = WaitGroup::new();
        let gone = Arc::new(AtomicUsize::new(0));
        let owned = Owned(Arc::clone(&gone));
        group.spawn(move || {
            let _used = &owned;
        });
        group.wait();
        assert_eq!(
            gone.load(Ordering::Relaxed),
            1,
            "`wait` is over, and the task still owns something: when does its `Task` go?"
        );
    });
}
