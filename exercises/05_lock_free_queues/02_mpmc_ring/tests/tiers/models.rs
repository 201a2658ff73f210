//! Every schedule of a small world, explored by `lanes`.
//!
//! `source::MpmcRing` is yours. A slot's item is a cell of the facade: a model sees each push as a write and each pop as
//! a read, and asks what orders one before the other.

use std::collections::VecDeque;
use std::sync::Arc;

use lanes::history::History;

use crate::sync::alloc::Track;
use crate::sync::thread;
use crate::sync::tracked;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/mpmc_ring.rs"));
}
use source::MpmcRing;

/// A ring that holds `items`.
fn ring<T>(capacity: usize, items: impl IntoIterator<Item = T>) -> Arc<MpmcRing<T>> {
    let ring = MpmcRing::new(capacity);
    for item in items {
        ring.try_push(item).expect("there is room");
    }
    Arc::new(ring)
}

/// item written → number changed → item read: whoever finds an item finds all of it.
#[test]
fn an_item_is_there_before_it_is_announced() {
    lanes::model(|| {
        let ring = ring(2, []);
        let other = thread::spawn({
            let ring = Arc::clone(&ring);
            move || ring.try_push([7, 8]).is_ok()
        });
        let early = ring.try_pop();
        assert!(other.join().unwrap(), "the ring has room for two");
        let item = early.or_else(|| ring.try_pop());
        assert_eq!(
            item,
            Some([7, 8]),
            "the item was pushed, and never came out"
        );
        assert_eq!(ring.try_pop(), None, "it was pushed once");
    });
}

/// item read → number changed → slot written again: nobody writes over an item that is being taken.
#[test]
fn an_item_is_out_before_its_slot_is_free() {
    lanes::model(|| {
        let ring = ring(2, [1, 2]);
        let other = thread::spawn({
            let ring = Arc::clone(&ring);
            move || ring.try_push(3).is_ok()
        });
        assert_eq!(ring.try_pop(), Some(1), "first in, first out");
        let accepted = other.join().unwrap();
        assert_eq!(ring.try_pop(), Some(2), "first in, first out");
        assert_eq!(
            ring.try_pop(),
            accepted.then_some(3),
            "left: what comes out at last; right: the 3, if it was accepted"
        );
    });
}

/// The same where there is only one slot.
#[test]
fn one_slot_is_used_again() {
    lanes::model(|| {
        let ring = ring(1, [1]);
        let other = thread::spawn({
            let ring = Arc::clone(&ring);
            move || ring.try_push(2).is_ok()
        });
        assert_eq!(ring.try_pop(), Some(1), "it was there from the start");
        let accepted = other.join().unwrap();
        assert_eq!(
            ring.try_pop(),
            accepted.then_some(2),
            "left: what comes out after the 1; right: the 2, if it was accepted"
        );
    });
}

/// Two that push at once get two slots.
#[test]
fn two_pushes_get_two_slots() {
    lanes::model(|| {
        let ring = ring(2, []);
        let other = thread::spawn({
            let ring = Arc::clone(&ring);
            move || ring.try_push(1).is_ok()
        });
        let mine = ring.try_push(2).is_ok();
        assert!(
            other.join().unwrap() && mine,
            "there is room for both, and one was refused"
        );
        let mut popped = [ring.try_pop(), ring.try_pop()];
        popped.sort_unstable();
        assert_eq!(popped, [Some(1), Some(2)], "both were accepted");
    });
}

/// Two that pop at once get two items.
#[test]
fn two_pops_get_two_items() {
    lanes::model(|| {
        let ring = ring(2, [1, 2]);
        let other = thread::spawn({
            let ring = Arc::clone(&ring);
            move || ring.try_pop()
        });
        let mine = ring.try_pop();
        let mut popped = [mine, other.join().unwrap()];
        popped.sort_unstable();
        assert_eq!(
            popped,
            [Some(1), Some(2)],
            "there are two items, and each comes out once"
        );
    });
}

/// What a thread has pushed is in the ring when it pops, also while another one is in the middle of a push.
#[test]
fn whoever_has_pushed_finds_something_to_pop() {
    lanes::model(|| {
        let ring = ring(2, []);
        let other = thread::spawn({
            let ring = Arc::clone(&ring);
            move || ring.try_push(1).is_ok()
        });
        ring.try_push(2).expect("there is room for both");
        assert!(
            ring.try_pop().is_some(),
            "`None`, and this very thread has just pushed: the ring was not empty at any moment of this call"
        );
        assert!(other.join().unwrap(), "there is room for both");
    });
}

/// Where a thread has popped there is room when it pushes, also while another one is in the middle of a pop.
#[test]
fn whoever_has_popped_finds_room() {
    lanes::model(|| {
        let ring = ring(2, [1, 2]);
        let other = thread::spawn({
            let ring = Arc::clone(&ring);
            move || ring.try_pop().is_some()
        });
        assert!(ring.try_pop().is_some(), "there are two for two");
        assert!(
            ring.try_push(3).is_ok(),
            "`Full`, and this very thread has just popped: the ring was not full at any moment of this call"
        );
        assert!(other.join().unwrap(), "there are two for two");
    });
}

/// pop → push → `Full`: whoever sees that an item went in sees that another had come out before.
#[test]
fn a_ring_that_never_holds_two_is_not_full() {
    lanes::model(|| {
        let ring = ring(2, [1]);
        let other = thread::spawn({
            let ring = Arc::clone(&ring);
            move || {
                assert_eq!(ring.try_pop(), Some(1), "it was there from the start");
                ring.try_push(2).expect("one item at most is in it");
            }
        });
        assert!(
            ring.try_push(3).is_ok(),
            "`Full`: there is room for two, and beside this item there was never more than one"
        );
        other.join().unwrap();
    });
}

/// push → pop → `None`: whoever sees that an item came out sees that another had gone in before.
#[test]
fn a_ring_that_always_holds_one_is_not_empty() {
    lanes::model(|| {
        let ring = ring(2, [1]);
        let other = thread::spawn({
            let ring = Arc::clone(&ring);
            move || {
                ring.try_push(2).expect("there is room for two");
                ring.try_pop()
                    .expect("two went in, and nobody has taken both");
            }
        });
        assert!(
            ring.try_pop().is_some(),
            "`None`: there was an item in it all the time"
        );
        other.join().unwrap();
    });
}

/// The same for one whose look at `tail` is from long ago: others have gone on, past it, and there was room all the time.
#[test]
fn a_tail_from_long_ago_is_not_full() {
    lanes::model(|| {
        let ring = ring(2, [1]);
        let other = thread::spawn({
            let ring = Arc::clone(&ring);
            move || {
                for item in 2..=3 {
                    ring.try_pop().expect("one is in it, or two");
                    ring.try_push(item).expect("one item at most is in it");
                }
                ring.try_pop().expect("one is in it, or two");
            }
        });
        assert!(
            ring.try_push(9).is_ok(),
            "`Full`: there is room for two, and beside this item there was never more than one. Is a `tail` that is behind \
             `head` by now taken for one that is far ahead?"
        );
        other.join().unwrap();
    });
}

/// And for one whose look at `head` is from long ago: others have gone on, and there was an item all the time.
#[test]
fn a_head_from_long_ago_is_not_empty() {
    lanes::model(|| {
        let ring = ring(2, [1]);
        let other = thread::spawn({
            let ring = Arc::clone(&ring);
            move || {
                for item in 2..=3 {
                    ring.try_push(item).expect("there is room for two");
                    ring.try_pop().expect("two were in it, or one");
                }
            }
        });
        assert!(
            ring.try_pop().is_some(),
            "`None`: there was an item in it all the time. Is a `head` that is far behind by now taken for one at `tail`?"
        );
        other.join().unwrap();
    });
}

/// fence ↔ fence: one thread finds it full, another empty. One of them comes later, and sees what the other did.
#[test]
fn it_is_not_full_and_empty_at_once() {
    lanes::model(|| {
        let ring = ring(2, [1]);
        let other = thread::spawn({
            let ring = Arc::clone(&ring);
            move || (ring.try_pop(), ring.try_pop())
        });
        ring.try_push(2).expect("there is room for two");
        let full = ring.try_push(3).is_err();
        let (first, second) = other.join().unwrap();
        assert_eq!(first, Some(1), "it was there from the start");
        assert!(
            !full || second.is_some(),
            "one thread was told that the ring is full: so nothing had come out yet. The other popped twice and found one \
             item: so the second had not gone in yet. Whose answer was later?"
        );
    });
}

/// What a thread was told.
#[derive(Clone, Copy, Debug)]
enum Call {
    Push(u32, bool),
    Pop(Option<u32>),
}

/// What a queue with room for `capacity` holds after `call`, if a queue that holds `items` can answer so.
fn queue(capacity: usize, items: &VecDeque<u32>, call: &Call) -> Option<VecDeque<u32>> {
    let mut items = items.clone();
    let possible = match *call {
        Call::Push(item, true) => {
            items.push_back(item);
            items.len() <= capacity
        }
        Call::Push(_, false) => items.len() == capacity,
        Call::Pop(answer) => items.pop_front() == answer,
    };
    possible.then_some(items)
}

fn push(ring: &MpmcRing<u32>, item: u32) -> Call {
    Call::Push(item, ring.try_push(item).is_ok())
}

fn pop(ring: &MpmcRing<u32>) -> Call {
    Call::Pop(ring.try_pop())
}

/// One thread pushes and pops while another pushes. Whatever they are told, a queue could have told one thread.
fn every_answer_is_that_of_a_queue(capacity: usize) {
    let ring = ring(capacity, []);
    let other = thread::spawn({
        let ring = Arc::clone(&ring);
        move || vec![push(&ring, 2)]
    });
    let mine = vec![push(&ring, 1), pop(&ring)];
    let theirs = other.join().unwrap();
    let left = vec![pop(&ring), pop(&ring)];
    let history = History::in_program_order([mine, theirs]).then(left);
    if let Err(why) = history.explain(VecDeque::new(), |items, call| queue(capacity, items, call)) {
        panic!("{why}");
    }
}

/// All answers together, where there is room for both.
#[test]
fn a_ring_for_two_tells_what_a_queue_tells() {
    lanes::model(|| every_answer_is_that_of_a_queue(2));
}

/// All answers together, where there is one slot.
#[test]
fn a_ring_for_one_tells_what_a_queue_tells() {
    lanes::model(|| every_answer_is_that_of_a_queue(1));
}

/// Whoever drops the ring drops what is left, sees it whole, and frees the slots.
#[test]
fn whoever_goes_last_leaves_nothing() {
    lanes::model(|| {
        let ring = tracked::Arc::new(MpmcRing::new(2));
        let other = thread::spawn({
            let ring = tracked::Arc::clone(&ring);
            move || {
                let item = Track::new(1);
                ring.try_push(item).expect("there is room for two");
            }
        });
        let item = Track::new(2);
        ring.try_push(item).expect("there is room for two");
        drop(ring.try_pop());
        drop(ring);
        other.join().unwrap();
    });
}
