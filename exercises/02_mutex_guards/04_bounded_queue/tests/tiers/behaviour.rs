//! What one thread can see. A call that should not wait, and does, fails after a few seconds.

use std::cell::Cell;
use std::rc::Rc;

use bounded_queue::{BoundedQueue, Closed, TryPopError, TryPushError};
use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::finishes;

/// Order: first in, first out, also when the queue has been full and empty in between.
#[test]
fn first_in_first_out() {
    finishes("a `push` with room, or a `pop` of an item", || {
        let queue = BoundedQueue::new(2);
        let mut popped = Vec::new();
        for item in [1, 3, 5] {
            queue.push(item).expect("the queue is open");
            queue.push(item + 1).expect("the queue is open");
            popped.extend([queue.pop(), queue.pop()]);
        }
        assert_eq!(
            popped,
            [1, 2, 3, 4, 5, 6].map(Some),
            "one end for `push`, the other for `pop`"
        );
    });
}

/// Bounded: exactly `capacity` items fit, and the one that does not comes back.
#[test]
fn try_push_gives_back_what_does_not_fit() {
    finishes("`try_push`, or a `pop` of an item", || {
        let queue = BoundedQueue::new(2);
        assert_eq!(queue.try_push(1), Ok(()), "there is room for two");
        assert_eq!(queue.try_push(2), Ok(()), "there is room for two");
        assert_eq!(
            queue.try_push(3),
            Err(TryPushError::Full(3)),
            "two of two places are taken"
        );
        assert_eq!(queue.len(), 2, "a refused push adds nothing");
        assert_eq!(queue.pop(), Some(1));
        assert_eq!(queue.try_push(4), Ok(()), "one place is free again");
    });
}

/// `try_pop` never waits: an item if there is one, and otherwise the reason.
#[test]
fn try_pop_tells_empty_from_closed() {
    finishes("`try_pop` or `try_push`", || {
        let queue = BoundedQueue::new(1);
        assert_eq!(queue.try_pop(), Err(TryPopError::Empty));
        queue.try_push(1).expect("there is room");
        assert_eq!(queue.try_pop(), Ok(1));
        queue.try_push(2).expect("there is room again");
        queue.close();
        assert_eq!(
            queue.try_pop(),
            Ok(2),
            "`try_push` said `Ok`, so the item has to come out: closed is not empty"
        );
        assert_eq!(
            queue.try_pop(),
            Err(TryPopError::Closed),
            "`Empty` invites the caller to try again, and there is no use"
        );
    });
}

/// A push after the close is refused, at once, with the item.
#[test]
fn a_closed_queue_gives_items_back() {
    finishes("a push into a closed queue", || {
        let queue = BoundedQueue::new(1);
        queue.close();
        assert_eq!(
            queue.try_push(1),
            Err(TryPushError::Closed(1)),
            "closed is not full: nobody should try again"
        );
        assert_eq!(
            queue.push(2).map_err(Closed::into_inner),
            Err(2),
            "a closed queue takes nothing more"
        );
    });
}

/// Closed and full: refused as closed, for there will be no room later either.
#[test]
fn closed_counts_for_more_than_full() {
    finishes("a push into a queue that is full and closed", || {
        let queue = BoundedQueue::new(1);
        queue.try_push(1).expect("there is room");
        queue.close();
        assert_eq!(
            queue.try_push(2),
            Err(TryPushError::Closed(2)),
            "`Full` invites the caller to try again, and there is no use"
        );
        assert_eq!(
            queue.push(3).map_err(Closed::into_inner),
            Err(3),
            "a closed queue takes nothing more"
        );
    });
}

/// A pop after the close: first what was accepted before, then the end, as often as it asks.
#[test]
fn what_was_pushed_before_the_close_is_delivered() {
    finishes("a `pop` of a closed queue", || {
        let queue = BoundedQueue::new(3);
        queue.push(1).expect("the queue is open");
        queue.push(2).expect("the queue is open");
        queue.close();
        assert_eq!(
            [queue.pop(), queue.pop(), queue.pop(), queue.pop()],
            [Some(1), Some(2), None, None],
            "`push` said `Ok`, so the item has to come out: closed is not empty"
        );
    });
}

/// Closing is idempotent, and loses nothing.
#[test]
fn closing_twice_is_closing_once() {
    finishes("a `pop` of a closed queue", || {
        let queue = BoundedQueue::new(1);
        queue.try_push(1).expect("there is room");
        queue.close();
        queue.close();
        assert_eq!([queue.pop(), queue.pop()], [Some(1), None]);
    });
}

/// A queue begins open, empty, and with the room that was asked for.
#[test]
fn a_new_queue_is_empty_and_has_room() {
    let queue = BoundedQueue::<u32>::new(1);
    assert!(queue.is_empty());
    assert_eq!(queue.len(), 0);
    let refused = std::panic::catch_unwind(|| BoundedQueue::<u32>::new(0));
    assert!(
        refused.is_err(),
        "no item would ever fit: `new(0)` should panic"
    );
}

/// Numbers: the capacity is a limit, and no reservation. A queue for more than there is memory holds what comes.
#[test]
fn a_capacity_reserves_nothing() {
    finishes("a `push` into a queue with room for everything", || {
        let queue = BoundedQueue::<[u8; 64]>::new(usize::MAX);
        queue.push([7; 64]).expect("the queue is open");
        assert_eq!(queue.try_push([8; 64]), Ok(()));
        assert_eq!([queue.pop(), queue.pop()], [Some([7; 64]), Some([8; 64])]);
        let units = BoundedQueue::<()>::new(usize::MAX);
        units.push(()).expect("the queue is open");
        assert_eq!((units.len(), units.pop(), units.len()), (1, Some(()), 0));
    });
}

/// Numbers: as many as the capacity says, also where it is no power of two and not small.
#[test]
fn a_large_queue_is_full_when_it_is_full() {
    finishes("`try_push` and `pop` of a large queue", || {
        const CAPACITY: u32 = 1_001;
        let queue = BoundedQueue::new(CAPACITY as usize);
        for round in 0..3 {
            for item in 0..CAPACITY {
                assert_eq!(
                    queue.try_push(item),
                    Ok(()),
                    "item {item} of {CAPACITY}, round {round}"
                );
            }
            assert_eq!(queue.try_push(CAPACITY), Err(TryPushError::Full(CAPACITY)));
            for item in 0..CAPACITY {
                assert_eq!(queue.pop(), Some(item));
            }
            assert_eq!(queue.try_pop(), Err(TryPopError::Empty));
        }
    });
}

/// What is left: each item is dropped once, by the thread that has it in the end. Those still inside go with the queue.
#[test]
fn every_item_is_dropped_once() {
    finishes("a queue that is dropped with items inside", || {
        let queue = BoundedQueue::new(2);
        for number in 1..=2 {
            assert!(queue.push(Item(number)).is_ok());
        }
        drop(queue.try_push(Item(3)));
        assert_eq!(dropped(), [3], "the third did not fit and came back");
        drop(queue.pop());
        assert_eq!(dropped(), [1], "the first was popped");
        queue.close();
        drop(queue.push(Item(4)));
        assert_eq!(dropped(), [4], "the queue is closed: the fourth came back");
        assert_eq!(queue.len(), 1, "closing takes nothing out");
        drop(queue);
        assert_eq!(
            dropped(),
            [2],
            "the second was still inside when the queue was dropped"
        );
    });
}

/// In a destructor during a panic, a queue takes, gives and closes as it does anywhere else, and after it, too.
#[test]
fn a_destructor_may_use_a_queue_during_a_panic() {
    finishes("a queue that a destructor uses, during a panic,", || {
        let queue = BoundedQueue::new(2);
        let _ = (queue.push(0), queue.pop()); // what is not written yet should say so here, and not while we unwind
        let mut got = Vec::new();
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                got.push(queue.push(1).is_ok());
                got.push(queue.try_push(2).is_ok());
                got.push(queue.pop() == Some(1));
                queue.close();
            });
            panic_with("the scope");
        });
        assert_eq!(panic, Some(Panic("the scope")));
        assert_eq!(
            got, [true; 3],
            "somebody else's panic is no reason to refuse"
        );
        assert_eq!([queue.pop(), queue.pop()], [Some(2), None]);
    });
}

/// Items go from thread to thread, so they have to be `Send`; never to two at once, so they need not be `Sync`.
#[test]
fn only_sendable_items_may_be_passed_on() {
    assert!(
        impls!(BoundedQueue<Cell<u32>>: Send & Sync),
        "a `Cell` can be sent, and only one thread at a time has it"
    );
    assert!(
        !impls!(BoundedQueue<Rc<u32>>: Send | Sync),
        "an `Rc` must stay on its thread: a queue would take it to another"
    );
}
