//! What one thread can see, holding both ends. A call that waits fails its test after a few seconds.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::MutexGuard;

use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::{self, finishes};
use lanes::{Kind, Model};
use spsc_ring::{Consumer, Full, Producer, ring, ring_at};

use crate::models;

/// What hangs if a test does.
const NOTHING_TO_WAIT_FOR: &str = "`try_push` or `try_pop`, which never wait,";

/// First in, first out.
#[test]
fn items_come_out_in_the_order_they_went_in() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (mut producer, mut consumer) = ring(4);
        for item in ["one", "two", "three"] {
            assert_eq!(producer.try_push(item), Ok(()), "there is room for four");
        }
        assert_eq!(consumer.try_pop(), Some("one"));
        assert_eq!(consumer.try_pop(), Some("two"));
        assert_eq!(consumer.try_pop(), Some("three"));
        assert_eq!(
            consumer.try_pop(),
            None,
            "three went in, and three came out"
        );
    });
}

/// Full means full: `capacity` items, for any number, and not one more or less.
#[test]
fn there_is_room_for_exactly_the_capacity() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        for capacity in 0..=9 {
            let (mut producer, mut consumer) = ring(capacity);
            for n in 0..capacity {
                assert_eq!(
                    producer.try_push(n),
                    Ok(()),
                    "a ring for {capacity} that holds {n} has room"
                );
            }
            assert_eq!(
                producer.try_push(99),
                Err(Full(99)),
                "a ring for {capacity} that holds {capacity} is full, and gives the item back"
            );
            for n in 0..capacity {
                assert_eq!(
                    consumer.try_pop(),
                    Some(n),
                    "a full ring for {capacity}: what is refused overwrites nothing"
                );
            }
            assert_eq!(consumer.try_pop(), None, "all have come out");
        }
    });
}

/// Pushes and pops in many mixtures, and compares each answer with that of a `VecDeque`.
fn does_what_a_queue_does(capacity: usize, first: usize) {
    let (mut producer, mut consumer) = ring_at(capacity, first);
    let mut queue = VecDeque::new();
    for step in 0..240_usize {
        // Now two pushes for each pop, now two pops for each push: it is full at times, and empty at others.
        let push = (step % 3 == 0) != (step % 60 < 30);
        if push {
            let expected = if queue.len() < capacity {
                queue.push_back(step);
                Ok(())
            } else {
                Err(Full(step))
            };
            assert_eq!(
                producer.try_push(step),
                expected,
                "left: `try_push`, in step {step}, on a ring for {capacity} that holds {} items and began at position \
                 {first}; right: what a queue says",
                queue.len()
            );
        } else {
            assert_eq!(
                consumer.try_pop(),
                queue.pop_front(),
                "left: `try_pop`, in step {step}, on a ring for {capacity} that began at position {first}; right: what \
                 a queue says"
            );
        }
    }
}

/// Round and round, also where the number of slots is not the capacity.
#[test]
fn slots_are_used_again_and_again() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        for capacity in 1..=9 {
            does_what_a_queue_does(capacity, 0);
        }
    });
}

/// Numbers: a few items in a large ring are there at once, and so is the room that they leave. Nothing is put off until there
/// is more of it.
#[test]
fn a_large_ring_does_not_wait_for_more() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        for capacity in [10, 16, 33, 64, 100, 1_000, 4_096] {
            let (mut producer, mut consumer) = ring(capacity);
            for n in 0..70 {
                assert_eq!(producer.try_push(n), Ok(()));
                assert_eq!(
                    consumer.try_pop(),
                    Some(n),
                    "one item in a ring for {capacity}: is it there only when more have come?"
                );
                assert_eq!(consumer.try_pop(), None);
            }
            for n in 0..capacity {
                assert_eq!(
                    producer.try_push(n),
                    Ok(()),
                    "a ring for {capacity} that holds {n}"
                );
            }
            assert_eq!(producer.try_push(0), Err(Full(0)));
            for n in 0..capacity {
                assert_eq!(consumer.try_pop(), Some(n));
                assert_eq!(
                    producer.try_push(capacity + n),
                    Ok(()),
                    "one has come out of a full ring for {capacity}: is there room only when more have?"
                );
                assert_eq!(
                    producer.try_push(0),
                    Err(Full(0)),
                    "and for one there was room"
                );
            }
            does_what_a_queue_does(capacity, usize::MAX - 40);
        }
    });
}

/// Numbers: a ring that no address can span is refused, with a panic.
#[test]
fn a_ring_beyond_all_addresses_is_refused() {
    for capacity in [usize::MAX, usize::MAX / 2 + 2, usize::MAX / 4] {
        let refused = std::panic::catch_unwind(|| drop(ring::<[u64; 2]>(capacity)));
        assert!(refused.is_err(), "a ring for {capacity} items of 16 bytes");
    }
}

/// In a destructor during a panic, a ring takes, gives and goes as anywhere else, and after it, too.
#[test]
fn a_destructor_may_use_a_ring_during_a_panic() {
    stress::apart(|| {
        let (mut producer, mut consumer) = ring(2);
        assert!(producer.try_push(Item(0)).is_ok());
        drop(consumer.try_pop()); // what is not written yet should say so here, and not while we unwind
        dropped();
        let mut got = Vec::new();
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                got.push(producer.try_push(Item(1)).is_ok());
                got.push(producer.try_push(Item(2)).is_ok());
                got.push(consumer.try_pop().is_some());
                let (mut producer, consumer) = ring(2);
                got.push(producer.try_push(Item(3)).is_ok());
                drop((producer, consumer));
            });
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")));
        assert_eq!(
            got, [true; 4],
            "somebody else's panic is no reason to refuse"
        );
        assert_eq!(
            dropped(),
            [1, 3],
            "one came out, and one was left in a ring that is gone"
        );
        assert_eq!(consumer.try_pop().map(|item| item.0), Some(2));
    });
}

/// Positions count for ever, and after `usize::MAX` comes 0.
#[test]
fn positions_wrap_round() {
    finishes(
        "`try_push` or `try_pop`, where positions wrap around,",
        || {
            for capacity in 1..=9 {
                for before in 0..=9 {
                    does_what_a_queue_does(capacity, usize::MAX - before);
                }
            }
        },
    );
}

/// Any type: one without a size, and one with an unusual alignment.
#[test]
fn the_size_of_the_items_does_not_matter() {
    #[derive(Debug, PartialEq)]
    #[repr(align(64))]
    struct Wide([u8; 200]);

    finishes(NOTHING_TO_WAIT_FOR, || {
        let (mut producer, mut consumer) = ring(2);
        assert_eq!(producer.try_push(()), Ok(()));
        assert_eq!(producer.try_push(()), Ok(()));
        assert_eq!(producer.try_push(()), Err(Full(())));
        assert_eq!(consumer.try_pop(), Some(()));

        let (mut producer, mut consumer) = ring(2);
        for n in 0..6 {
            assert_eq!(producer.try_push(Wide([n; 200])), Ok(()));
            assert_eq!(consumer.try_pop(), Some(Wide([n; 200])));
        }
    });
}

/// Who frees it? An item that came out: whoever has it.
#[test]
fn an_item_that_came_out_is_dropped_once() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (mut producer, mut consumer) = ring(2);
        producer.try_push(Item(1)).expect("there is room");
        let item = consumer.try_pop();
        assert_eq!(
            dropped(),
            [],
            "you have it in your hand, and something has dropped it"
        );
        drop(item);
        assert_eq!(dropped(), [1]);
        drop((producer, consumer));
        assert_eq!(
            dropped(),
            [],
            "it came out, and the ring has dropped it a second time"
        );
    });
}

/// Who frees it? An item that was refused: whoever has it back.
#[test]
fn an_item_that_is_refused_is_dropped_once() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (mut producer, _consumer) = ring(1);
        producer.try_push(Item(1)).expect("there is room");
        let refused = producer.try_push(Item(2));
        assert_eq!(
            dropped(),
            [],
            "one is in the ring, one was given back: neither is to be dropped yet"
        );
        drop(refused);
        assert_eq!(dropped(), [2]);
    });
}

/// Who frees it? An item that is left: the ring, and only that. From every position, in a ring more or less full.
#[test]
fn items_that_are_left_are_dropped_with_the_ring() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        for (capacity, popped) in [(1, 0), (3, 0), (3, 2), (4, 3), (4, 4), (5, 9)] {
            for left in 0..=capacity {
                for first in [0, usize::MAX - 3] {
                    let (mut producer, mut consumer) = ring_at(capacity, first);
                    for n in 0..popped {
                        producer.try_push(Item(n)).expect("there is room");
                        consumer.try_pop().expect("there is an item");
                    }
                    dropped();
                    let items = 100..100 + left as u32;
                    for n in items.clone() {
                        producer.try_push(Item(n)).expect("there is room");
                    }
                    drop((producer, consumer));
                    let mut dropped = dropped();
                    dropped.sort_unstable();
                    assert_eq!(
                        dropped,
                        items.collect::<Vec<_>>(),
                        "left: the items that the ring dropped; right: those that were left in it (room for \
                         {capacity}, {popped} had gone through before, starting at position {first})"
                    );
                }
            }
        }
    });
}

/// Either end may go first. What is pushed after the consumer has gone is left in the ring, too.
#[test]
fn whichever_end_goes_last_drops_the_rest() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let (mut producer, consumer) = ring(3);
        producer.try_push(Item(1)).expect("there is room");
        drop(producer);
        assert_eq!(dropped(), [], "the consumer may still pop it");
        drop(consumer);
        assert_eq!(
            dropped(),
            [1],
            "the consumer was the last, and an item was left"
        );

        let (mut producer, consumer) = ring(3);
        producer.try_push(Item(1)).expect("there is room");
        drop(consumer);
        producer.try_push(Item(2)).expect("there is room");
        drop(producer);
        let mut dropped = dropped();
        dropped.sort_unstable();
        assert_eq!(
            dropped,
            [1, 2],
            "the producer was the last, and two items were left: one from before the consumer went, one from after"
        );
    });
}

/// A panic is a way to go, too: unwinding drops the ring, and the ring what is left in it.
#[test]
fn a_panic_drops_what_is_left_like_anything_else() {
    stress::apart(|| {
        let (mut producer, consumer) = ring(2);
        producer.try_push(Item(1)).expect("there is room");
        let panic = panic_of(move || {
            let _ends = (producer, consumer);
            panic_with("out");
        });
        assert_eq!(panic, Some(Panic("out")), "the closure leaves by a panic");
        assert_eq!(
            dropped(),
            [1],
            "left: what was dropped while a panic unwound; right: what was left in the ring"
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
        let (mut producer, consumer) = ring(4);
        for n in 1..=4 {
            let room = producer.try_push(Grumpy(Item(n)));
            room.expect("there is room for four");
        }
        drop(producer);
        let panic = panic_of(|| drop(consumer));
        assert_eq!(
            panic,
            Some(Panic("grumpy")),
            "the destructor's panic goes on to the thread that dropped the ring"
        );
        let mut dropped = dropped();
        dropped.sort_unstable();
        assert_eq!(
            dropped,
            [1, 2, 3, 4],
            "left: the items that were dropped. The destructor of the second one panics; whoever drops the others has \
             to go on after that"
        );
    });
}

/// An end looks at the other's position only when what it remembers says no. Its own it may load as often as it likes:
/// nobody else stores it, so that costs nothing.
///
/// A model of one thread, for its list of all steps. There is such a list if something fails, so it panics.
#[test]
fn an_end_looks_only_when_it_has_to() {
    let model = Model::new().allow_one_schedule();
    let report = model.expect_bug(Kind::Panic, || {
        let (mut producer, mut consumer) = models::source::ring(3);
        for n in 1..=3 {
            producer.try_push(n).expect("there is room");
        }
        for n in 1..=3 {
            assert_eq!(consumer.try_pop(), Some(n), "first in, first out");
        }
        panic!("on purpose, to see the steps");
    });
    let rows = report.rows();
    let is_push = |text: &str| text.starts_with("tail.store");
    let pushed = rows.iter().rposition(|row| is_push(&row.text));
    let is_look = |(index, text): &(usize, &str)| {
        let others = if Some(*index) < pushed {
            "head.load"
        } else {
            "tail.load"
        };
        text.starts_with(others)
    };
    let texts = rows.iter().map(|row| row.text.as_str());
    let looks: Vec<_> = texts.enumerate().filter(is_look).collect();
    assert_eq!(
        looks.len(),
        1,
        "three are pushed into an empty ring for three, and popped: the producer knows that there is room, the \
         consumer looks once and knows of three items. For the rest it had no need to look: {looks:#?}"
    );
}

/// An item goes from thread to thread, so it has to be `Send`; never to two at once, so it need not be `Sync`.
#[test]
fn only_sendable_items_may_go_through() {
    assert!(
        impls!(Producer<Cell<u32>>: Send) && impls!(Consumer<Cell<u32>>: Send),
        "a `Cell` can be sent, and only one thread at a time has it: `T: Send` is enough"
    );
    assert!(
        !impls!(Producer<Rc<u32>>: Send) && !impls!(Consumer<Rc<u32>>: Send),
        "an `Rc` must stay on its thread: a ring would take it to another"
    );
    assert!(
        !impls!(Producer<MutexGuard<'static, u32>>: Send)
            && !impls!(Consumer<MutexGuard<'static, u32>>: Send),
        "a `MutexGuard` must be dropped where it was made: `T: Sync` is not enough"
    );
}

/// Single producer, single consumer: by type, not by agreement.
#[test]
fn each_end_has_one_owner() {
    assert!(
        !impls!(Producer<u32>: Clone) && !impls!(Producer<u32>: Copy),
        "two producers would write into one slot"
    );
    assert!(
        !impls!(Consumer<u32>: Clone) && !impls!(Consumer<u32>: Copy),
        "two consumers would take one item twice"
    );
}
