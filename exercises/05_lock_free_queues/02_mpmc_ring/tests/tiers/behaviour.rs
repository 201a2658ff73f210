//! What one thread can see. A call that waits fails its test after a few seconds.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::MutexGuard;

use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::{self, finishes};
use mpmc_ring::{Full, MpmcRing};

/// What hangs if a test does.
const NOTHING_TO_WAIT_FOR: &str = "`try_push` or `try_pop`, with no other call in its way,";

/// First in, first out.
#[test]
fn items_come_out_in_the_order_they_went_in() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let ring = MpmcRing::new(4);
        for item in ["one", "two", "three"] {
            assert_eq!(ring.try_push(item), Ok(()), "there is room for four");
        }
        assert_eq!(ring.try_pop(), Some("one"));
        assert_eq!(ring.try_pop(), Some("two"));
        assert_eq!(ring.try_pop(), Some("three"));
        assert_eq!(ring.try_pop(), None, "three went in, and three came out");
    });
}

/// Full means full: `capacity` items, and not one more or less. The capacity is a power of two.
#[test]
fn there_is_room_for_exactly_the_capacity() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        for (asked, capacity) in [(0, 1), (1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (9, 16)] {
            let ring = MpmcRing::new(asked);
            assert_eq!(ring.capacity(), capacity, "room for at least {asked}");
            for n in 0..capacity {
                assert_eq!(
                    ring.try_push(n),
                    Ok(()),
                    "a ring for {capacity} that holds {n} has room"
                );
            }
            assert_eq!(
                ring.try_push(99),
                Err(Full(99)),
                "a ring for {capacity} that holds {capacity} is full, and gives the item back"
            );
            for n in 0..capacity {
                assert_eq!(
                    ring.try_pop(),
                    Some(n),
                    "a full ring for {capacity}: what is refused overwrites nothing"
                );
            }
            assert_eq!(ring.try_pop(), None, "all have come out");
        }
    });
}

/// One slot: full and empty are two states of it, in every lap.
#[test]
fn a_ring_for_one_knows_full_from_empty() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let ring = MpmcRing::new(1);
        for n in 0..10 {
            assert_eq!(ring.try_pop(), None, "lap {n}: nothing is in it");
            assert_eq!(ring.try_push(n), Ok(()), "lap {n}: the one slot is free");
            assert_eq!(
                ring.try_push(99),
                Err(Full(99)),
                "lap {n}: the one slot is taken"
            );
            assert_eq!(ring.try_pop(), Some(n), "lap {n}: what is in it comes out");
        }
    });
}

/// Pushes and pops in many mixtures, and compares each answer with that of a `VecDeque`.
fn does_what_a_queue_does(capacity: usize, first: usize) {
    let ring = MpmcRing::starting_at(capacity, first);
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
                ring.try_push(step),
                expected,
                "left: `try_push`, in step {step}, on a ring for {capacity} that holds {} items and began at position \
                 {first}; right: what a queue says",
                queue.len()
            );
        } else {
            assert_eq!(
                ring.try_pop(),
                queue.pop_front(),
                "left: `try_pop`, in step {step}, on a ring for {capacity} that began at position {first}; right: what \
                 a queue says"
            );
        }
    }
}

/// Round and round.
#[test]
fn slots_are_used_again_and_again() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        for capacity in [1, 2, 4, 8] {
            does_what_a_queue_does(capacity, 0);
        }
    });
}

/// Numbers: a few items in a large ring are there at once, and so is the room that they leave.
#[test]
fn a_large_ring_does_not_wait_for_more() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        for capacity in [16, 64, 1_024] {
            let ring = MpmcRing::new(capacity);
            for n in 0..70 {
                assert_eq!(ring.try_push(n), Ok(()));
                assert_eq!(ring.try_pop(), Some(n), "one item in a ring for {capacity}");
                assert_eq!(ring.try_pop(), None);
            }
            for n in 0..capacity {
                assert_eq!(
                    ring.try_push(n),
                    Ok(()),
                    "a ring for {capacity} that holds {n}"
                );
            }
            for n in 0..capacity {
                assert_eq!(ring.try_push(0), Err(Full(0)));
                assert_eq!(ring.try_pop(), Some(n));
                assert_eq!(
                    ring.try_push(capacity + n),
                    Ok(()),
                    "one has come out of a full ring for {capacity}"
                );
            }
        }
    });
}

/// Numbers: a ring that no address can span is refused, with a panic.
#[test]
fn a_ring_beyond_all_addresses_is_refused() {
    for capacity in [usize::MAX, usize::MAX / 2 + 2, usize::MAX / 4] {
        let refused = std::panic::catch_unwind(|| drop(MpmcRing::<[u64; 2]>::new(capacity)));
        assert!(refused.is_err(), "a ring for {capacity} items of 16 bytes");
    }
}

/// In a destructor during a panic, a ring takes, gives and goes as anywhere else, and after it, too.
#[test]
fn a_destructor_may_use_a_ring_during_a_panic() {
    stress::apart(|| {
        let ring = MpmcRing::new(2);
        assert!(ring.try_push(Item(0)).is_ok());
        drop(ring.try_pop()); // what is not written yet should say so here, and not while we unwind
        dropped();
        let mut got = Vec::new();
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                got.push(ring.try_push(Item(1)).is_ok());
                got.push(ring.try_push(Item(2)).is_ok());
                got.push(ring.try_pop().is_some());
                let inner = MpmcRing::new(2);
                got.push(inner.try_push(Item(3)).is_ok());
                drop(inner);
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
        assert_eq!(ring.try_pop().map(|item| item.0), Some(2));
    });
}

/// Positions count for ever, and after `usize::MAX` comes 0.
#[test]
fn positions_wrap_round() {
    finishes(
        "`try_push` or `try_pop`, where positions wrap around,",
        || {
            for capacity in [1, 2, 4, 8] {
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
        let ring = MpmcRing::new(2);
        assert_eq!(ring.try_push(()), Ok(()));
        assert_eq!(ring.try_push(()), Ok(()));
        assert_eq!(ring.try_push(()), Err(Full(())));
        assert_eq!(ring.try_pop(), Some(()));

        let ring = MpmcRing::new(2);
        for n in 0..6 {
            assert_eq!(ring.try_push(Wide([n; 200])), Ok(()));
            assert_eq!(ring.try_pop(), Some(Wide([n; 200])));
        }
    });
}

/// Who frees it? An item that came out: whoever has it.
#[test]
fn an_item_that_came_out_is_dropped_once() {
    finishes(NOTHING_TO_WAIT_FOR, || {
        let ring = MpmcRing::new(2);
        ring.try_push(Item(1)).expect("there is room");
        let item = ring.try_pop();
        assert_eq!(
            dropped(),
            [],
            "you have it in your hand, and something has dropped it"
        );
        drop(item);
        assert_eq!(dropped(), [1]);
        drop(ring);
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
        let ring = MpmcRing::new(1);
        ring.try_push(Item(1)).expect("there is room");
        let refused = ring.try_push(Item(2));
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
        for (capacity, popped) in [(1, 0), (1, 3), (4, 0), (4, 3), (4, 4), (8, 9)] {
            for left in 0..=capacity {
                for first in [0, usize::MAX - 3, usize::MAX / 2 - 3] {
                    let ring = MpmcRing::starting_at(capacity, first);
                    for n in 0..popped {
                        ring.try_push(Item(n)).expect("there is room");
                        ring.try_pop().expect("there is an item");
                    }
                    dropped();
                    let items = 100..100 + left as u32;
                    for n in items.clone() {
                        ring.try_push(Item(n)).expect("there is room");
                    }
                    drop(ring);
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

/// A panic is a way to go, too: unwinding drops the ring, and the ring what is left in it.
#[test]
fn a_panic_drops_what_is_left_like_anything_else() {
    stress::apart(|| {
        let ring = MpmcRing::new(2);
        ring.try_push(Item(1)).expect("there is room");
        let panic = panic_of(move || {
            let _ring = ring;
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
        let ring = MpmcRing::new(4);
        for n in 1..=4 {
            let room = ring.try_push(Grumpy(Item(n)));
            room.expect("there is room for four");
        }
        let panic = panic_of(|| drop(ring));
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

/// An item goes from thread to thread, so it has to be `Send`; never to two at once, so it need not be `Sync`.
#[test]
fn only_sendable_items_may_go_through() {
    assert!(
        impls!(MpmcRing<Cell<u32>>: Send & Sync),
        "a `Cell` can be sent, and only one thread at a time has it: `T: Send` is enough"
    );
    assert!(
        !impls!(MpmcRing<Rc<u32>>: Send | Sync),
        "an `Rc` must stay on its thread: a ring would take it to another"
    );
    assert!(
        !impls!(MpmcRing<MutexGuard<'static, u32>>: Send | Sync),
        "a `MutexGuard` must be dropped where it was made: `T: Sync` is not enough"
    );
}
