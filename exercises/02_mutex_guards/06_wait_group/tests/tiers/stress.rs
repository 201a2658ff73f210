//! Real threads and many rounds. What the models prove for two or three threads, this tries with more.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use lanes::panics::panic_with;
use lanes::stress::{finishes, together};
use wait_group::{Task, WaitGroup};

const ROUNDS: usize = 200;

/// done → wait returns: after the wait, every task's work is there, in every round.
#[test]
fn wait_comes_after_all_the_work() {
    finishes("one of 200 rounds of four tasks", || {
        let group = WaitGroup::new();
        for round in 1..=ROUNDS {
            let done = Arc::new(AtomicUsize::new(0));
            for task in 0..4 {
                let done = Arc::clone(&done);
                group.spawn(move || {
                    // Relaxed: if the wait orders nothing, nothing does.
                    done.fetch_add(1, Ordering::Relaxed);
                    if (task + round) % 4 == 0 {
                        panic_with("the work");
                    }
                });
            }
            group.wait();
            assert_eq!(
                done.load(Ordering::Relaxed),
                4,
                "round {round}: `wait` is over before the work is"
            );
        }
    });
}

/// Everybody who waits is woken: one task, four waiters.
#[test]
fn all_waiters_are_woken() {
    for _ in 0..ROUNDS {
        let group = Arc::new(WaitGroup::new());
        let task = std::sync::Mutex::new(Some(group.add()));
        together(5, 1, move |thread, _round| {
            if thread == 0 {
                // Let the others fall asleep first, as often as not.
                thread::yield_now();
                drop(task.lock().unwrap().take());
            } else {
                group.wait();
            }
        });
    }
}

/// A task may add tasks: a tree of them is done when its last leaf is.
#[test]
fn tasks_may_add_tasks() {
    fn grow(task: Task, depth: u32, leaves: Arc<AtomicUsize>) {
        if depth == 0 {
            leaves.fetch_add(1, Ordering::Relaxed);
            return;
        }
        for _ in 0..2 {
            let (task, leaves) = (task.clone(), Arc::clone(&leaves));
            thread::spawn(move || grow(task, depth - 1, leaves));
        }
    }
    let leaves = finishes("a tree of tasks", || {
        let group = WaitGroup::new();
        let leaves = Arc::new(AtomicUsize::new(0));
        for _ in 0..20 {
            grow(group.add(), 3, Arc::clone(&leaves));
            group.wait();
        }
        leaves.load(Ordering::Relaxed)
    });
    assert_eq!(
        leaves,
        20 * 8,
        "`wait` is over while a task of a task is not done"
    );
}

/// Numbers: the last task wakes a crowd, and not only a few.
#[test]
fn the_last_task_wakes_a_crowd() {
    let group = Arc::new(WaitGroup::new());
    let task = group.add();
    let crowd: Vec<_> = (0..40)
        .map(|_| {
            let group = Arc::clone(&group);
            thread::spawn(move || group.wait())
        })
        .collect();
    // Nothing depends on how long this is: all of them have time to fall asleep.
    thread::sleep(std::time::Duration::from_millis(100));
    drop(task);
    finishes("one of forty that waited for the last task", move || {
        for waiter in crowd {
            waiter.join().expect("to wait is no reason to panic");
        }
    });
}
