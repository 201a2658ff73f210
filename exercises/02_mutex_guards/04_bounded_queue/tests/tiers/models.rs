//! Every schedule of a small world, explored by `lanes`.
//!
//! Any wait may also end for no reason.

use std::sync::Arc;

use crate::sync::thread::{self, JoinHandle};

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/bounded_queue.rs"));
}
use source::{BoundedQueue, Closed};

pub(crate) type Queue = BoundedQueue<u32>;

/// A queue that holds `items`.
pub(crate) fn queue(capacity: usize, items: &[u32]) -> Arc<Queue> {
    let queue = Queue::new(capacity);
    for &item in items {
        queue.push(item).expect("the queue is open and has room");
    }
    Arc::new(queue)
}

/// Starts a thread that pops once.
#[track_caller]
fn pop(queue: &Arc<Queue>) -> JoinHandle<Option<u32>> {
    let queue = Arc::clone(queue);
    thread::spawn(move || queue.pop())
}

/// Starts a thread that pushes `item`.
#[track_caller]
fn push(queue: &Arc<Queue>, item: u32) -> JoinHandle<Result<(), u32>> {
    let queue = Arc::clone(queue);
    thread::spawn(move || queue.push(item).map_err(Closed::into_inner))
}

/// push → pop: a thread that waits for an item is woken when one comes, and sees it.
#[test]
fn a_push_wakes_a_pop() {
    lanes::model(|| {
        let queue = queue(1, &[]);
        let popped = pop(&queue);
        queue.push(7).unwrap();
        assert_eq!(popped.join().unwrap(), Some(7));
    });
}

/// pop → push: a thread that waits for room is woken when there is some.
#[test]
fn a_pop_wakes_a_push() {
    lanes::model(|| {
        let queue = queue(1, &[7]);
        let pushed = push(&queue, 8);
        assert_eq!(queue.pop(), Some(7));
        assert_eq!(queue.pop(), Some(8));
        pushed.join().unwrap().unwrap();
    });
}

/// try_push → pop, try_pop → push: calls that never wait wake the threads that do.
#[test]
fn those_who_only_try_wake_those_who_wait() {
    lanes::model(|| {
        let queue = queue(1, &[]);
        let popped = pop(&queue);
        queue.try_push(7).unwrap();
        assert_eq!(popped.join().unwrap(), Some(7));

        queue.try_push(8).unwrap();
        let pushed = push(&queue, 9);
        assert_eq!(queue.try_pop(), Ok(8));
        pushed.join().unwrap().unwrap();
    });
}

/// Between the wake-up and the lock another thread may take the item: a woken thread looks again.
#[test]
fn none_means_closed_and_nothing_else() {
    lanes::model(|| {
        let queue = queue(1, &[]);
        let popped = pop(&queue);
        queue.push(7).unwrap();
        if queue.try_pop().is_ok() {
            queue.push(8).unwrap();
        }
        assert!(
            popped.join().unwrap().is_some(),
            "`pop` said `None`, and nobody has closed the queue: what does it know when it wakes up?"
        );
    });
}

/// Between the wake-up and the lock another thread may take the room: a woken thread looks again.
#[test]
fn never_holds_more_than_its_capacity() {
    lanes::model(|| {
        let queue = queue(1, &[7]);
        let pushed = push(&queue, 8);
        assert_eq!(queue.pop(), Some(7));
        let overtaken = queue.try_push(9).is_ok();
        let held = queue.len();
        assert!(
            held <= 1,
            "{held} items in a queue for one: what does `push` know when it wakes up?"
        );
        for _ in 0..1 + usize::from(overtaken) {
            queue.pop().unwrap();
        }
        pushed.join().unwrap().unwrap();
    });
}

/// Two wait, two items come: each item wakes one thread, however quickly they follow each other.
#[test]
fn two_pushes_wake_two_pops() {
    lanes::model(|| {
        let queue = queue(2, &[]);
        let popped = [pop(&queue), pop(&queue)];
        queue.push(7).unwrap();
        queue.push(8).unwrap();
        let mut items = popped.map(|thread| thread.join().unwrap());
        items.sort_unstable();
        assert_eq!(items, [Some(7), Some(8)]);
    });
}

/// The same for items that come by `try_push`.
#[test]
fn two_try_pushes_wake_two_pops() {
    lanes::model(|| {
        let queue = queue(2, &[]);
        let popped = [pop(&queue), pop(&queue)];
        queue.try_push(7).unwrap();
        queue.try_push(8).unwrap();
        let mut items = popped.map(|thread| thread.join().unwrap());
        items.sort_unstable();
        assert_eq!(items, [Some(7), Some(8)]);
    });
}

/// Two wait, two items go: each place that is free wakes one thread.
#[test]
fn two_pops_wake_two_pushes() {
    lanes::model(|| {
        let queue = queue(2, &[5, 6]);
        let pushed = [push(&queue, 7), push(&queue, 8)];
        assert_eq!([queue.pop(), queue.pop()], [Some(5), Some(6)]);
        let accepted = pushed.map(|thread| thread.join().unwrap());
        assert_eq!(accepted, [Ok(()), Ok(())]);
    });
}

/// The same for items that go by `try_pop`.
#[test]
fn two_try_pops_wake_two_pushes() {
    lanes::model(|| {
        let queue = queue(2, &[5, 6]);
        let pushed = [push(&queue, 7), push(&queue, 8)];
        assert_eq!([queue.try_pop(), queue.try_pop()], [Ok(5), Ok(6)]);
        let accepted = pushed.map(|thread| thread.join().unwrap());
        assert_eq!(accepted, [Ok(()), Ok(())]);
    });
}

/// Some threads wait for an item and one waits for room: each change of the queue wakes one that it helps.
#[test]
fn nobody_is_woken_in_somebody_elses_place() {
    lanes::model(|| {
        let queue = queue(1, &[]);
        let popped = [pop(&queue), pop(&queue)];
        queue.try_push(7).unwrap();
        queue.push(8).unwrap();
        let mut items = popped.map(|thread| thread.join().unwrap());
        items.sort_unstable();
        assert_eq!(items, [Some(7), Some(8)]);
    });
}

/// close → every pop that waits.
#[test]
fn close_wakes_every_pop() {
    lanes::model(|| {
        let queue = queue(1, &[]);
        let popped = [pop(&queue), pop(&queue)];
        queue.close();
        for thread in popped {
            assert_eq!(thread.join().unwrap(), None);
        }
    });
}

/// close → every push that waits. Each of them gets its item back.
#[test]
fn close_wakes_every_push() {
    lanes::model(|| {
        let queue = queue(1, &[7]);
        let pushed = [push(&queue, 8), push(&queue, 9)];
        queue.close();
        let refused = pushed.map(|thread| thread.join().unwrap());
        assert_eq!(
            refused,
            [Err(8), Err(9)],
            "the queue was full until it was closed"
        );
    });
}

/// close → every push that waits, also where the queue is empty by then: one pop has woken one of two, and the other still
/// waits.
#[test]
fn close_wakes_pushes_when_the_queue_is_empty_again() {
    lanes::model(|| {
        let queue = queue(1, &[7]);
        let pushed = [push(&queue, 8), push(&queue, 9)];
        assert_eq!(queue.pop(), Some(7));
        queue.close();
        let accepted = pushed.map(|thread| thread.join().unwrap());
        assert!(
            accepted.contains(&Err(8)) || accepted.contains(&Err(9)),
            "one place was free before the close, and both pushes were accepted"
        );
    });
}

/// close → every pop that waits, also where there is an item by then: one push has woken one of two, and the other still
/// waits.
#[test]
fn close_wakes_pops_when_the_queue_is_not_empty() {
    lanes::model(|| {
        let queue = queue(1, &[]);
        let popped = [pop(&queue), pop(&queue)];
        queue.push(7).unwrap();
        queue.close();
        let mut items = popped.map(|thread| thread.join().unwrap());
        items.sort_unstable();
        assert_eq!(items, [None, Some(7)], "one item, and then the end");
    });
}

/// A `push` that waited for room and finds the queue closed is refused, even if there is room by then.
#[test]
fn nothing_gets_in_after_the_close() {
    lanes::model(|| {
        let queue = queue(1, &[7]);
        let pushed = push(&queue, 8);
        queue.close();
        assert_eq!(queue.pop(), Some(7));
        assert_eq!(
            pushed.join().unwrap(),
            Err(8),
            "accepted after the close: nobody may ever pop it"
        );
        assert_eq!(queue.pop(), None);
    });
}

/// push → close → pop: what was accepted before the close is delivered, in order, and then comes the end.
#[test]
fn a_consumer_gets_everything_and_then_the_end() {
    lanes::model(|| {
        let queue = queue(2, &[]);
        let consumer = thread::spawn({
            let queue = Arc::clone(&queue);
            move || std::iter::from_fn(|| queue.pop()).collect::<Vec<_>>()
        });
        queue.push(7).unwrap();
        queue.push(8).unwrap();
        queue.close();
        assert_eq!(
            consumer.join().unwrap(),
            [7, 8],
            "`push` said `Ok` to both, and then the queue was closed"
        );
    });
}
