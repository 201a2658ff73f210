//! What one thread can see. A call that waits fails its test after a few seconds.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::MutexGuard;

use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress;
use ms_queue::MsQueue;

/// Runs a test in which no call has anything to wait for. In a process of its own: to free real memory twice ends it.
#[track_caller]
fn at_once(test: fn()) {
    stress::apart(|| stress::at_once(test));
}

/// First in, first out.
#[test]
fn the_first_item_in_is_the_first_out() {
    at_once(|| {
        let queue = MsQueue::new();
        for item in ["one", "two", "three"] {
            queue.push(item);
        }
        assert_eq!(queue.pop(), Some("one"), "it was pushed first");
        assert_eq!(queue.pop(), Some("two"));
        assert_eq!(queue.pop(), Some("three"));
        assert_eq!(queue.pop(), None, "three went in, and three came out");
        queue.push("four");
        assert_eq!(
            queue.pop(),
            Some("four"),
            "an empty queue is as good as a new one"
        );
    });
}

/// Pushes and pops in many mixtures, and compares each answer with that of a `VecDeque`.
#[test]
fn it_answers_as_a_deque() {
    at_once(|| {
        let (queue, mut deque) = (MsQueue::new(), VecDeque::new());
        for step in 0..600_usize {
            // Now two pushes for each pop, now two pops for each push: it grows, and it is empty at times.
            if (step % 3 == 0) != (step % 60 < 30) {
                queue.push(step);
                deque.push_back(step);
            } else {
                assert_eq!(
                    queue.pop(),
                    deque.pop_front(),
                    "left: `pop`, in step {step}; right: what a `VecDeque` says"
                );
            }
        }
    });
}

/// Any type: one without a size, one with an unusual alignment, one that borrows.
#[test]
fn the_type_of_the_items_does_not_matter() {
    #[derive(Debug, PartialEq)]
    #[repr(align(64))]
    struct Wide([u8; 200]);

    at_once(|| {
        let queue = MsQueue::new();
        queue.push(());
        queue.push(());
        assert_eq!(
            (queue.pop(), queue.pop(), queue.pop()),
            (Some(()), Some(()), None)
        );

        let queue = MsQueue::new();
        for n in 0..6 {
            queue.push(Wide([n; 200]));
            assert_eq!(queue.pop(), Some(Wide([n; 200])));
        }

        let text = String::from("borrowed");
        let queue = MsQueue::new();
        queue.push(&*text);
        assert_eq!(queue.pop(), Some("borrowed"));
    });
}

/// Who frees it? An item that came out: whoever has it.
#[test]
fn an_item_that_came_out_is_dropped_once() {
    at_once(|| {
        let queue = MsQueue::new();
        queue.push(Item(1));
        let item = queue.pop();
        assert_eq!(
            dropped(),
            [],
            "you have it in your hand, and something has dropped it"
        );
        drop(item);
        assert_eq!(dropped(), [1]);
        drop(queue);
        assert_eq!(
            dropped(),
            [],
            "it came out, and the queue has dropped it a second time"
        );
    });
}

/// Who frees it? An item that is left: the queue, and only that.
#[test]
fn items_that_are_left_are_dropped_with_the_queue() {
    at_once(|| {
        for left in 0..4 {
            let queue = MsQueue::new();
            queue.push(Item(100));
            drop(queue.pop());
            dropped();
            for n in 0..left {
                queue.push(Item(n));
            }
            drop(queue);
            assert_eq!(
                dropped(),
                (0..left).collect::<Vec<_>>(),
                "left: the items that the queue dropped; right: those that were left in it, oldest first"
            );
        }
    });
}

/// A queue is as long as memory allows. The thread's own stack is not.
#[test]
fn a_long_queue_is_dropped_in_a_loop() {
    stress::apart(|| {
        let queue = MsQueue::new();
        for n in 0..200_000 {
            queue.push(n);
        }
        drop(queue);
    });
}

/// In a destructor during a panic, a queue takes, gives and goes as anywhere else, and after it, too.
#[test]
fn a_destructor_may_use_a_queue_during_a_panic() {
    stress::apart(|| {
        let queue = MsQueue::new();
        queue.push(Item(0));
        drop(queue.pop()); // what is not written yet should say so here, and not while we unwind
        dropped();
        let mut popped = None;
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                queue.push(Item(1));
                popped = queue.pop();
                queue.push(Item(2));
                let inner = MsQueue::new();
                inner.push(Item(3));
                drop(inner);
            });
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_eq!(popped.as_ref().map(|item| item.0), Some(1));
        assert_eq!(dropped(), [3], "one was left in a queue that is gone");
        drop(queue);
        assert_eq!(
            dropped(),
            [2],
            "one was left, and the other came out and is alive"
        );
    });
}

/// Reentrancy: the destructor of an item that is left may use another queue, and make one.
#[test]
fn a_destructor_of_an_item_may_use_a_queue() {
    struct Nested(
        u32,
        #[allow(dead_code, reason = "it is there to be dropped")] Item,
    );
    impl Drop for Nested {
        fn drop(&mut self) {
            if self.0 > 0 {
                let inner = MsQueue::new();
                inner.push(Nested(self.0 - 1, Item(10 + self.0)));
                drop(inner.pop());
                inner.push(Nested(0, Item(20 + self.0)));
            }
        }
    }

    at_once(|| {
        let queue = MsQueue::new();
        queue.push(Nested(2, Item(1)));
        drop(queue);
        let mut dropped = dropped();
        dropped.sort_unstable();
        assert_eq!(dropped, [1, 11, 12, 21, 22], "each is dropped once");
    });
}

/// A panic is a way to go, too: unwinding drops the queue, and the queue what is left in it.
#[test]
fn a_panic_drops_what_is_left_like_anything_else() {
    stress::apart(|| {
        let queue = MsQueue::new();
        queue.push(Item(1));
        let panic = panic_of(move || {
            let _queue = queue;
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")), "the closure leaves by a panic");
        assert_eq!(
            dropped(),
            [1],
            "left: what was dropped while a panic unwound; right: what was left in the queue"
        );
    });
}

/// A destructor that panics is passed on, and takes no other item with it.
#[test]
fn a_destructor_that_panics_leaks_no_other_item() {
    struct Grumpy(Item);
    impl Drop for Grumpy {
        fn drop(&mut self) {
            if self.0.0 == 2 {
                panic_with("grumpy");
            }
        }
    }

    stress::apart(|| {
        let queue = MsQueue::new();
        for n in 1..=4 {
            queue.push(Grumpy(Item(n)));
        }
        let panic = panic_of(|| drop(queue));
        assert_eq!(
            panic,
            Some(Panic("grumpy")),
            "the destructor's panic goes on to whoever dropped the queue"
        );
        assert_eq!(
            dropped(),
            [1, 2, 3, 4],
            "left: the items that were dropped. The destructor of the second one panics; whoever drops the others has \
             to go on after that"
        );
    });
}

/// An item goes from thread to thread, so it has to be `Send`; never to two at once, so it need not be `Sync`.
#[test]
fn only_sendable_items_may_go_through() {
    assert!(
        impls!(MsQueue<Cell<u32>>: Send & Sync),
        "a `Cell` can be sent, and only one thread at a time has it: `T: Send` is enough"
    );
    assert!(
        !impls!(MsQueue<Rc<u32>>: Send | Sync),
        "an `Rc` must stay on its thread: a queue would take it to another"
    );
    assert!(
        !impls!(MsQueue<MutexGuard<'static, u32>>: Send | Sync),
        "a `MutexGuard` must be dropped where it was made: `T: Sync` is not enough"
    );
}
