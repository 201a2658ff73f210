//! Every schedule of a small world, explored by `lanes`.
//!
//! `source::MsQueue` is yours. In a model, `epoch` is a stand-in which frees at the earliest moment that it may:
//! when the last thread lets go that was pinned when the node was put off. To look at a node is a read of it, to make it
//! and to free it are writes, and each of these must be ordered after the others.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use lanes::history::History;

use crate::sync::alloc::Track;
use crate::sync::thread;
use crate::sync::{tracked, waits_in};

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/ms_queue.rs"));
}
use source::MsQueue;

/// A queue that holds `items`, the first of them at its head.
fn queue<T>(items: impl IntoIterator<Item = T>) -> Arc<MsQueue<T>> {
    let queue = MsQueue::new();
    items.into_iter().for_each(|item| queue.push(item));
    Arc::new(queue)
}

/// node made → linked → node read: whoever finds a node finds all of it.
#[test]
fn a_node_is_whole_before_it_is_found() {
    lanes::model(|| {
        let queue = queue([]);
        let other = thread::spawn({
            let queue = Arc::clone(&queue);
            move || queue.pop()
        });
        queue.push([7, 8]);
        let early = other.join().unwrap();
        let item = early.or_else(|| queue.pop());
        assert_eq!(
            item,
            Some([7, 8]),
            "the item was pushed, and never came out"
        );
        assert_eq!(queue.pop(), None, "it was pushed once");
    });
}

/// Two that push at once both get through.
#[test]
fn two_pushes_lose_nothing() {
    lanes::model(|| {
        let queue = queue([]);
        let other = thread::spawn({
            let queue = Arc::clone(&queue);
            move || queue.push(1)
        });
        queue.push(2);
        other.join().unwrap();
        let mut popped = [queue.pop(), queue.pop()];
        popped.sort_unstable();
        assert_eq!(popped, [Some(1), Some(2)], "both were pushed");
        assert_eq!(queue.pop(), None, "two were pushed");
    });
}

/// Two that pop at once get two items, and neither looks at what the other has freed.
#[test]
fn two_pops_get_two_items() {
    lanes::model(|| {
        let queue = queue([1, 2]);
        let other = thread::spawn({
            let queue = Arc::clone(&queue);
            move || queue.pop()
        });
        let mine = queue.pop();
        let mut popped = [mine, other.join().unwrap()];
        popped.sort_unstable();
        assert_eq!(
            popped,
            [Some(1), Some(2)],
            "there are two items, and each comes out once"
        );
    });
}

/// Two want the only item. One gets it, and the other, who may have looked at the node, gets nothing.
#[test]
fn the_last_item_has_one_taker() {
    lanes::model(|| {
        let queue = queue([1]);
        let other = thread::spawn({
            let queue = Arc::clone(&queue);
            move || queue.pop()
        });
        let mine = queue.pop();
        let mut popped = [mine, other.join().unwrap()];
        popped.sort_unstable();
        assert_eq!(popped, [None, Some(1)], "there is one item");
    });
}

/// `tail` swung → `head` swung → sentinel put off: whoever pushes next does not begin at a node that is about to go.
#[test]
fn the_tail_leaves_a_node_before_it_is_freed() {
    lanes::model(|| {
        let queue = queue([]);
        let other = thread::spawn({
            let queue = Arc::clone(&queue);
            move || queue.push(1)
        });
        let popped = queue.pop();
        queue.push(2);
        other.join().unwrap();
        let mut all = [popped, queue.pop(), queue.pop()];
        all.sort_unstable();
        assert_eq!(
            all,
            [None, Some(1), Some(2)],
            "left: what came out in three pops; right: two items, each of them once"
        );
    });
}

/// A push that comes late finds that the tail has gone on, and leaves it there: where it was, the node may be gone.
///
/// One interruption is enough to be late: before the tail is moved.
#[test]
fn a_late_push_does_not_take_the_tail_back() {
    lanes::model(|| {
        let queue = queue([]);
        let late = thread::spawn({
            let queue = Arc::clone(&queue);
            move || queue.push(1)
        });
        queue.push(2);
        let early = [queue.pop(), queue.pop()];
        late.join().unwrap();
        queue.push(3);
        let mut all = [early[0], early[1], queue.pop(), queue.pop()];
        all.sort_unstable();
        assert_eq!(
            all,
            [None, Some(1), Some(2), Some(3)],
            "left: what came out in four pops; right: three items, each of them once"
        );
    });
}

/// A node that the tail is still at is not put off: who is pinned from then on would find it there, and is not waited for.
///
/// It takes three threads: one that has linked its node and not yet moved the tail, one that pops, and one that is pinned
/// in between.
#[test]
fn a_node_is_put_off_when_nobody_can_find_it() {
    lanes::model(|| {
        let queue = queue([]);
        let push = |item| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || queue.push(item))
        };
        let [linked, late] = [push(1), push(2)];
        let popped = thread::spawn({
            let queue = Arc::clone(&queue);
            move || queue.pop()
        });
        linked.join().unwrap();
        late.join().unwrap();
        let popped = popped.join().unwrap();
        let mut all = [popped, queue.pop(), queue.pop()];
        all.sort_unstable();
        assert_eq!(
            all,
            [None, Some(1), Some(2)],
            "left: what came out in three pops; right: two items, each of them once"
        );
    });
}

/// What a thread was told.
#[derive(Clone, Copy, Debug)]
enum Call {
    Push(u32),
    Pop(Option<u32>),
}

/// What a queue holds after `call`, if one that holds `items` can answer so.
fn deque(items: &VecDeque<u32>, call: &Call) -> Option<VecDeque<u32>> {
    let mut items = items.clone();
    match *call {
        Call::Push(item) => items.push_back(item),
        Call::Pop(answer) => {
            if items.pop_front() != answer {
                return None;
            }
        }
    }
    Some(items)
}

/// One thread pushes and pops, another pops. Whatever they are told, a queue could have told one thread.
#[test]
fn two_threads_are_told_what_a_queue_tells_one() {
    lanes::model(|| {
        let queue = queue([2]);
        let push = |queue: &MsQueue<u32>, item| {
            queue.push(item);
            Call::Push(item)
        };
        let pop = |queue: &MsQueue<u32>| Call::Pop(queue.pop());
        let other = thread::spawn({
            let queue = Arc::clone(&queue);
            move || vec![push(&queue, 1), pop(&queue)]
        });
        let mine = vec![pop(&queue)];
        let theirs = other.join().unwrap();
        let left = vec![pop(&queue), pop(&queue)];
        let history = History::in_program_order([mine, theirs]).then(left);
        if let Err(why) = history.explain(VecDeque::from([2]), deque) {
            panic!("{why}");
        }
    });
}

/// Freeing a node drops no item: who took it out has it.
#[test]
fn an_item_that_came_out_is_not_dropped_with_its_node() {
    /// Counts its drops. The count is `std`'s, so it adds no step.
    struct Item(&'static AtomicU32);
    impl Drop for Item {
        fn drop(&mut self) {
            self.0.fetch_add(1, Relaxed);
        }
    }

    lanes::model(|| {
        let drops: &AtomicU32 = Box::leak(Box::new(AtomicU32::new(0)));
        let queue = queue([Item(drops), Item(drops)]);
        let other = thread::spawn({
            let queue = Arc::clone(&queue);
            move || drop(queue.pop())
        });
        drop(queue.pop());
        other.join().unwrap();
        assert_eq!(
            drops.load(Relaxed),
            2,
            "left: how often the two items were dropped"
        );
    });
}

/// Whoever drops the queue drops what is left, sees it whole, and frees the nodes.
#[test]
fn whoever_goes_last_leaves_nothing() {
    lanes::model(|| {
        let queue = tracked::Arc::new(MsQueue::new());
        let other = thread::spawn({
            let queue = tracked::Arc::clone(&queue);
            move || {
                for n in 1..=2 {
                    let item = Track::new(n);
                    queue.push(item);
                }
            }
        });
        drop(queue.pop());
        drop(queue);
        other.join().unwrap();
    });
}

/// Never blocks: two that find nothing change nothing, so there is nothing that one of them could wait for.
#[test]
fn nobody_waits_for_anybody() {
    lanes::model(|| {
        let waits = waits_in(|| {
            let queue = queue::<u32>([]);
            let other = thread::spawn({
                let queue = Arc::clone(&queue);
                move || queue.pop()
            });
            let mine = queue.pop();
            assert_eq!(
                (mine, other.join().unwrap()),
                (None, None),
                "nothing was pushed"
            );
            queue.push(1);
            assert_eq!(queue.pop(), Some(1), "nobody else is there");
        });
        assert_eq!(
            waits, 0,
            "two found nothing and changed nothing, and somebody waited: is there a lock, or a flag that is one?"
        );
    });
}

/// A push that finds another one half-way does the other half, and does not wait for it: that one may be interrupted for as
/// long as it likes.
#[test]
fn a_push_goes_on_while_another_stands_still() {
    lanes::Model::new().never_waits().check(|| {
        let queue = queue::<u32>([]);
        let other = thread::spawn({
            let queue = Arc::clone(&queue);
            move || queue.push(1)
        });
        queue.push(2);
        other.join().unwrap();
    });
}

/// However often another is faster, a pop goes on for as long as there is an item.
#[test]
fn a_pop_does_not_give_up_while_there_are_items() {
    lanes::model(|| {
        let queue = queue([1, 2, 3]);
        let other = thread::spawn({
            let queue = Arc::clone(&queue);
            move || [(); 2].map(|()| queue.pop().is_some())
        });
        assert!(
            queue.pop().is_some(),
            "`None`: there are three items, and the other thread takes two: how often does it try?"
        );
        assert_eq!(
            other.join().unwrap(),
            [true; 2],
            "there are three items for three pops"
        );
    });
}
