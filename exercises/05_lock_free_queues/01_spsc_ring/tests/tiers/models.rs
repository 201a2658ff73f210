//! Every schedule of a small world, explored by `lanes`.
//!
//! `source::ring` is yours. A slot is a cell of the facade: a model sees each push as a write and each pop as a read,
//! and asks what orders one before the other. Nobody waits in these models: every call is made once, and may fail.

use std::sync::Arc;

use crate::sync::alloc::Track;
use crate::sync::cell::UnsafeCell;
use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
pub(crate) mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/spsc_ring.rs"));
}
use source::{Consumer, Full, Producer, ring, ring_at};

/// item written → `tail` moved → item read: whoever finds an item finds all of it.
#[test]
fn an_item_is_there_before_it_is_announced() {
    lanes::model(|| {
        let (mut producer, mut consumer) = ring(1);
        let other = thread::spawn(move || producer.try_push([7, 8]));
        let early = consumer.try_pop();
        assert_eq!(
            other.join().unwrap(),
            Ok(()),
            "the ring was empty, and a push was refused"
        );
        let item = early.or_else(|| consumer.try_pop());
        assert_eq!(
            item,
            Some([7, 8]),
            "the item was pushed, and never came out"
        );
        assert_eq!(consumer.try_pop(), None, "it was pushed once");
    });
}

/// item read → `head` moved → slot written again: nobody writes over an item that is being taken.
#[test]
fn an_item_is_out_before_its_slot_is_free() {
    lanes::model(|| {
        let (mut producer, mut consumer) = ring(1);
        producer.try_push(1).expect("there is room");
        let other = thread::spawn(move || producer.try_push(2));
        assert_eq!(
            consumer.try_pop(),
            Some(1),
            "what was pushed before the thread started is there"
        );
        let accepted = other.join().unwrap();
        assert_eq!(
            consumer.try_pop(),
            accepted.ok().map(|()| 2),
            "left: what comes out after the 1; right: the 2, if it was accepted"
        );
    });
}

/// page written → pushed → popped: an item brings with it what its producer did before.
#[test]
fn what_was_done_before_the_push_is_seen() {
    /// A page beside the ring, without a lock: whoever is told that it is written may read it.
    struct Page(UnsafeCell<u32>);
    // SAFETY: whether it is read only when it is written is the question. The model reports accesses that meet.
    unsafe impl Sync for Page {}

    lanes::model(|| {
        let page = Arc::new(Page(UnsafeCell::new(0)));
        let (mut producer, mut consumer) = ring(1);
        let other = thread::spawn({
            let page = Arc::clone(&page);
            move || {
                // SAFETY: see `Page`.
                page.0.with_mut(|words| unsafe { *words = 7 });
                producer.try_push(()).expect("there is room");
            }
        });
        if consumer.try_pop().is_some() {
            // SAFETY: see `Page`.
            assert_eq!(page.0.with(|words| unsafe { *words }), 7);
        }
        other.join().unwrap();
    });
}

/// Three are pushed and three are popped, at the same time, in a ring for two. What was accepted comes out, in order,
/// once.
fn what_goes_in_comes_out((mut producer, mut consumer): (Producer<u32>, Consumer<u32>)) {
    let other = thread::spawn(move || {
        let mut accepted = vec![];
        for n in 1..=3 {
            match producer.try_push(n) {
                Ok(()) => accepted.push(n),
                Err(Full(refused)) => assert_eq!(refused, n, "a refused item comes back"),
            }
        }
        accepted
    });
    let mut popped: Vec<_> = (0..3).filter_map(|_| consumer.try_pop()).collect();
    let accepted = other.join().unwrap();
    popped.extend(std::iter::from_fn(|| consumer.try_pop()).take(4));
    assert_eq!(
        popped, accepted,
        "left: what came out; right: what was accepted"
    );
}

/// First in, first out, nothing lost and nothing doubled, whoever is faster.
#[test]
fn nothing_is_lost_or_doubled() {
    lanes::model(|| what_goes_in_comes_out(ring(2)));
}

/// The same where one of the positions has wrapped round to 0, and the other has not.
#[test]
fn nothing_is_lost_where_positions_wrap_round() {
    lanes::model(|| what_goes_in_comes_out(ring_at(2, usize::MAX)));
}

/// Whoever goes last drops what is left, sees it whole, and frees the ring.
#[test]
fn whoever_goes_last_leaves_nothing() {
    lanes::model(|| {
        let (mut producer, mut consumer) = ring(2);
        let other = thread::spawn(move || {
            for n in 1..=2 {
                let item = Track::new(n);
                producer.try_push(item).expect("there is room");
            }
        });
        if let Some(item) = consumer.try_pop() {
            assert_eq!(*item.get_ref(), 1);
        }
        drop(consumer);
        other.join().unwrap();
    });
}
