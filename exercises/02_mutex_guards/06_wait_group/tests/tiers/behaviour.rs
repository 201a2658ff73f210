//! What one thread can see. What may wait for ever does so on a thread that the test watches.
//!
//! Each test looks first, then lets all its tasks go, and only then asserts: a failure should be about your
//! code, and not about a task that is dropped because of the failure.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use impls::impls;
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::finishes;
use wait_group::{Task, WaitGroup};

/// As many are counted as are alive.
#[test]
fn counts_the_tasks_that_are_alive() {
    let group = WaitGroup::new();
    let mut seen = vec![group.pending()];
    let first = group.add();
    seen.push(group.pending());
    let second = group.add();
    seen.push(group.pending());
    drop(first);
    seen.push(group.pending());
    drop(second);
    seen.push(group.pending());
    assert_eq!(
        seen,
        [0, 1, 2, 1, 0],
        "tasks pending: none, one added, two added, one dropped, both dropped"
    );
}

/// Zero is a count like any other: nobody is there who could wake you.
#[test]
fn waits_for_nobody_if_there_is_no_task() {
    let pending = finishes("a `wait` without a task", || {
        let group = WaitGroup::new();
        group.wait();
        drop(group.add());
        group.wait();
        group.wait();
        group.pending()
    });
    assert_eq!(pending, 0);
}

/// Done is drop, and a panic drops.
#[test]
fn a_panic_is_a_way_to_be_done() {
    let group = WaitGroup::new();
    let panic = panic_of(|| {
        let _task = group.add();
        panic_with("the work");
    });
    assert_eq!(panic, Some(Panic("the work")));
    assert_eq!(
        group.pending(),
        0,
        "a task is still pending after its holder panicked: is there an `if !panicking()` in `drop`?"
    );
}

/// Done is drop, and `?` drops.
#[test]
fn an_early_return_is_a_way_to_be_done() {
    fn parse(group: &WaitGroup, text: &str) -> Result<u32, std::num::ParseIntError> {
        let _task = group.add();
        let number: u32 = text.parse()?;
        Ok(number + 1)
    }
    let group = WaitGroup::new();
    assert!(parse(&group, "n/a").is_err());
    assert_eq!(group.pending(), 0, "a task outlived the scope it was in");
}

/// A clone is one more task: each of the two is done once.
#[test]
fn a_clone_is_one_more_task() {
    let group = WaitGroup::new();
    let task = group.add();
    let clone = task.clone();
    let both = group.pending();
    drop(task);
    let one = group.pending();
    drop(clone);
    assert_eq!(
        [both, one, group.pending()],
        [2, 1, 0],
        "a clone is one more task: it has to be counted, because its drop will be"
    );
}

/// The group may go before its tasks: they are counted, cloned and done as before, and nobody has to wait for them.
#[test]
fn a_task_may_outlive_its_group() {
    let group = WaitGroup::new();
    let task = group.add();
    drop(group);
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(task)));
    assert!(
        dropped.is_ok(),
        "the group was gone, and the drop of its last task panicked: who owns the count?"
    );
    let group = WaitGroup::new();
    let task = group.add();
    drop(group);
    drop(task.clone()); // one more task, and done

    let work = finishes("a spawned task whose group is gone", || {
        let group = WaitGroup::new();
        let (begin, may_begin) = std::sync::mpsc::channel::<()>();
        let handle = group.spawn(move || may_begin.recv().is_err());
        drop(group);
        drop(begin);
        handle.join()
    });
    assert!(
        work.is_ok_and(|begun| begun),
        "the group was dropped while its task was at work, and the task's thread panicked: who owns the count?"
    );
}

/// In a destructor during a panic, tasks are counted and done, and waited for, as anywhere else; and after it, too.
#[test]
fn a_destructor_may_add_and_wait_during_a_panic() {
    let seen = finishes("a `wait` by a destructor, during a panic,", || {
        let group = WaitGroup::new();
        drop(group.add().clone()); // what is not written yet should say so here, and not while we unwind
        group.wait();
        let mut seen = Vec::new();
        let (mut before, mut outlives) = (Some(group.add()), None);
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                before = None;
                let task = group.add();
                seen.push(group.pending());
                drop(task);
                seen.push(group.pending());
                group.wait();
                outlives = Some(group.add());
            });
            panic_with("the scope");
        });
        assert_eq!(panic, Some(Panic("the scope")));
        seen.push(group.pending());
        drop(outlives);
        seen.push(group.pending());
        seen
    });
    assert_eq!(
        seen,
        [1, 0, 1, 0],
        "tasks pending: one added during a panic, dropped during it; one added during it, dropped after it"
    );
}

/// Numbers: more tasks than a small counter can count, and each of them counts.
#[test]
fn a_hundred_thousand_tasks_are_counted() {
    let group = WaitGroup::new();
    let mut tasks: Vec<_> = (0..50_000).map(|_| group.add()).collect();
    tasks.extend_from_within(..);
    let alive = group.pending();
    let last = tasks.pop();
    drop(tasks);
    let left = group.pending();
    drop(last);
    assert_eq!([alive, left, group.pending()], [100_000, 1, 0]);
}

/// The handle of a spawned task has its result, as that of any thread.
#[test]
fn spawn_hands_the_result_to_the_handle() {
    let group = WaitGroup::new();
    let handle = group.spawn(|| 6 * 7);
    assert_eq!(handle.join().unwrap(), 42);
    assert_eq!(
        group.pending(),
        0,
        "the thread has ended, and its task is still pending"
    );
}

/// Tasks run side by side: the lock is for the count, and not for the work.
#[test]
fn the_count_is_not_locked_while_a_task_works() {
    let seen = finishes("a task that asks how many are pending", || {
        let group = Arc::new(WaitGroup::new());
        let task = group.add();
        let handle = group.spawn({
            let group = Arc::clone(&group);
            move || group.pending()
        });
        let seen = handle.join();
        drop(task);
        seen.unwrap()
    });
    assert_eq!(seen, 2, "the task that asks, and the one added before it");
}

/// A spawned task that panics is done, and its panic is not lost.
#[test]
fn a_spawned_task_that_panics_is_done() {
    let (pending, ended) = finishes("a `wait` for a task that panics", || {
        let group = WaitGroup::new();
        let handle = group.spawn(|| panic_with("the work"));
        group.wait();
        (group.pending(), handle.join())
    });
    let panic = panic_of(|| ended.unwrap_or_else(|payload| resume_unwind(payload)));
    assert_eq!(
        panic,
        Some(Panic("the work")),
        "the panic of the work was swallowed: whoever joins should hear of it"
    );
    assert_eq!(pending, 0);
}

/// Done is done: what the work owned is gone when the wait is over.
#[test]
fn what_the_work_owned_is_gone_when_it_is_done() {
    let owners = finishes("a `wait` for a hundred tasks", || {
        let group = WaitGroup::new();
        let file = Arc::new("owned by each task");
        for _ in 0..100 {
            let file = Arc::clone(&file);
            group.spawn(move || file.len());
        }
        group.wait();
        Arc::strong_count(&file)
    });
    assert_eq!(
        owners, 1,
        "`wait` is over, and a task still owns something: when does its `Task` go?"
    );
}

/// A group has no end: after a wait, a new round.
#[test]
fn a_group_can_be_used_again() {
    let rounds = finishes("the third round of a group", || {
        let group = WaitGroup::new();
        (1..=3)
            .map(|tasks| {
                for n in 0..tasks {
                    group.spawn(move || n);
                }
                group.wait();
                group.pending()
            })
            .collect::<Vec<_>>()
    });
    assert_eq!(rounds, [0, 0, 0]);
}

/// A task is not bound to the thread that added it, nor to the group's scope.
#[test]
fn a_guard_may_move_to_the_thread_that_works() {
    fn lives_as_long_as_you_like<T: 'static>() {}
    lives_as_long_as_you_like::<Task>();
    assert!(
        impls!(Task: Send & Sync) && impls!(WaitGroup: Send & Sync),
        "a task that stays on its thread cannot stand for another thread's work"
    );
}
