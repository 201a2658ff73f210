//! Every schedule of a small world, explored by `lanes`.
//!
//! `source::TreiberStack` is yours. In a model, `epoch` is a stand-in which frees at the earliest moment that it may:
//! when the last thread lets go that was pinned when the node was put off. To look at a node is a read of it, to make it
//! and to free it are writes, and each of these must be ordered after the others.

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
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/treiber_stack.rs"));
}
use source::TreiberStack;

/// A stack that holds `items`, the last of them on top.
fn stack<T>(items: impl IntoIterator<Item = T>) -> Arc<TreiberStack<T>> {
    let stack = TreiberStack::new();
    items.into_iter().for_each(|item| stack.push(item));
    Arc::new(stack)
}

/// node made → `head` swung → node read: whoever finds a node finds all of it.
#[test]
fn a_node_is_whole_before_it_is_found() {
    lanes::model(|| {
        let stack = stack([]);
        let other = thread::spawn({
            let stack = Arc::clone(&stack);
            move || stack.pop()
        });
        stack.push([7, 8]);
        let early = other.join().unwrap();
        let item = early.or_else(|| stack.pop());
        assert_eq!(
            item,
            Some([7, 8]),
            "the item was pushed, and never came out"
        );
        assert_eq!(stack.pop(), None, "it was pushed once");
    });
}

/// The same for a `pop` that lost against a `push`: it finds another node than the one that it had looked at.
#[test]
fn a_pop_that_tries_again_finds_a_whole_node() {
    lanes::model(|| {
        let stack = stack([1]);
        let other = thread::spawn({
            let stack = Arc::clone(&stack);
            move || stack.pop()
        });
        stack.push(2);
        let theirs = other.join().unwrap();
        let mine = stack.pop();
        let mut popped = [theirs, mine];
        popped.sort_unstable();
        assert_eq!(popped, [Some(1), Some(2)], "each comes out once");
    });
}

/// Two that push at once both get through.
#[test]
fn two_pushes_lose_nothing() {
    lanes::model(|| {
        let stack = stack([]);
        let other = thread::spawn({
            let stack = Arc::clone(&stack);
            move || stack.push(1)
        });
        stack.push(2);
        other.join().unwrap();
        let mut popped = [stack.pop(), stack.pop()];
        popped.sort_unstable();
        assert_eq!(popped, [Some(1), Some(2)], "both were pushed");
        assert_eq!(stack.pop(), None, "two were pushed");
    });
}

/// Two that pop at once get two items, and neither looks at what the other has freed.
#[test]
fn two_pops_get_two_items() {
    lanes::model(|| {
        let stack = stack([1, 2]);
        let other = thread::spawn({
            let stack = Arc::clone(&stack);
            move || stack.pop()
        });
        let mine = stack.pop();
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
        let stack = stack([1]);
        let other = thread::spawn({
            let stack = Arc::clone(&stack);
            move || stack.pop()
        });
        let mine = stack.pop();
        let mut popped = [mine, other.join().unwrap()];
        popped.sort_unstable();
        assert_eq!(popped, [None, Some(1)], "there is one item");
    });
}

/// A node that is taken out while another looks at it stays out, whatever is pushed meanwhile.
#[test]
fn what_was_taken_out_stays_out() {
    lanes::model(|| {
        let stack = stack([1, 2]);
        let other = thread::spawn({
            let stack = Arc::clone(&stack);
            move || stack.pop()
        });
        let mut popped = vec![stack.pop(), stack.pop()];
        stack.push(3);
        popped.push(other.join().unwrap());
        popped.push(stack.pop());
        popped.sort_unstable();
        assert_eq!(
            popped,
            [None, Some(1), Some(2), Some(3)],
            "left: what came out in four pops; right: three items, each of them once"
        );
    });
}

/// What a thread was told.
#[derive(Clone, Copy, Debug)]
enum Call {
    Push(u32),
    Pop(Option<u32>),
}

/// What a stack holds after `call`, if one that holds `items` can answer so.
fn vec(items: &[u32], call: &Call) -> Option<Vec<u32>> {
    let mut items = items.to_owned();
    match *call {
        Call::Push(item) => items.push(item),
        Call::Pop(answer) => {
            if items.pop() != answer {
                return None;
            }
        }
    }
    Some(items)
}

/// One thread pushes and pops, another pops. Whatever they are told, a stack could have told one thread.
#[test]
fn two_threads_are_told_what_a_stack_tells_one() {
    lanes::model(|| {
        let stack = stack([2]);
        let push = |stack: &TreiberStack<u32>, item| {
            stack.push(item);
            Call::Push(item)
        };
        let pop = |stack: &TreiberStack<u32>| Call::Pop(stack.pop());
        let other = thread::spawn({
            let stack = Arc::clone(&stack);
            move || vec![push(&stack, 1), pop(&stack)]
        });
        let mine = vec![pop(&stack)];
        let theirs = other.join().unwrap();
        let left = vec![pop(&stack), pop(&stack)];
        let history = History::in_program_order([mine, theirs]).then(left);
        if let Err(why) = history.explain(vec![2], |items, call| vec(items, call)) {
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
        let stack = stack([Item(drops), Item(drops)]);
        let other = thread::spawn({
            let stack = Arc::clone(&stack);
            move || drop(stack.pop())
        });
        drop(stack.pop());
        other.join().unwrap();
        assert_eq!(
            drops.load(Relaxed),
            2,
            "left: how often the two items were dropped"
        );
    });
}

/// Whoever drops the stack drops what is left, sees it whole, and frees the nodes.
#[test]
fn whoever_goes_last_leaves_nothing() {
    lanes::model(|| {
        let stack = tracked::Arc::new(TreiberStack::new());
        let other = thread::spawn({
            let stack = tracked::Arc::clone(&stack);
            move || {
                for n in 1..=2 {
                    let item = Track::new(n);
                    stack.push(item);
                }
            }
        });
        drop(stack.pop());
        drop(stack);
        other.join().unwrap();
    });
}

/// Never blocks: two that find nothing change nothing, so there is nothing that one of them could wait for.
#[test]
fn nobody_waits_for_anybody() {
    lanes::model(|| {
        let waits = waits_in(|| {
            let stack = stack::<u32>([]);
            let other = thread::spawn({
                let stack = Arc::clone(&stack);
                move || stack.pop()
            });
            let mine = stack.pop();
            assert_eq!(
                (mine, other.join().unwrap()),
                (None, None),
                "nothing was pushed"
            );
            stack.push(1);
            assert_eq!(stack.pop(), Some(1), "nobody else is there");
        });
        assert_eq!(
            waits, 0,
            "two found nothing and changed nothing, and somebody waited: is there a lock, or a flag that is one?"
        );
    });
}

/// However often another is faster, a pop goes on for as long as there is an item.
#[test]
fn a_pop_does_not_give_up_while_there_are_items() {
    lanes::model(|| {
        let stack = stack([1, 2, 3]);
        let other = thread::spawn({
            let stack = Arc::clone(&stack);
            move || [(); 2].map(|()| stack.pop().is_some())
        });
        assert!(
            stack.pop().is_some(),
            "`None`: there are three items, and the other thread takes two: how often does it try?"
        );
        assert_eq!(
            other.join().unwrap(),
            [true; 2],
            "there are three items for three pops"
        );
    });
}
