//! What one thread can see. A call that should not wait, and does, fails after a few seconds.

use std::cell::Cell;
use std::rc::Rc;

use bounded_queue::{BoundedQueue, Closed, TryPopError, TryPushError};
use impls::impls;
use lanes::stress::at_once;

/// Order: first in, first out, also when the queue has been full and empty in between.
#[test]
fn first_in_first_out() {
    at_once(|| {
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
    at_once(|| {
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

/// Never waiting, for those who pop: an item if there is one, and otherwise the reason.
#[test]
fn try_pop_tells_empty_from_closed() {
    at_once(|| {
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

/// Close, for those who push: refused, at once, with the item.
#[test]
fn a_closed_queue_gives_items_back() {
    at_once(|| {
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

/// Close, for those who push, when there is no room either: it will not get better.
#[test]
fn closed_counts_for_more_than_full() {
    at_once(|| {
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

/// Close, for those who pop: first what was accepted before, then the end, as often as they ask.
#[test]
fn what_was_pushed_before_the_close_is_delivered() {
    at_once(|| {
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
    at_once(|| {
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
