//! Real threads and many rounds. An item that never arrives fails the test after a few seconds.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, mpsc};
use std::thread;

use lanes::stress;
use spsc_ring::{Consumer, Full, Producer, ring, ring_at};

/// How many items go through a small ring, where the threads wait for each other all the time.
const ITEMS: usize = 300;

/// Pushes, waiting for room.
fn push<T>(producer: &mut Producer<T>, item: T) {
    let mut item = item;
    while let Err(Full(refused)) = producer.try_push(item) {
        item = refused;
        thread::yield_now();
    }
}

/// Pops, waiting for an item.
fn pop<T>(consumer: &mut Consumer<T>) -> T {
    loop {
        if let Some(item) = consumer.try_pop() {
            return item;
        }
        thread::yield_now();
    }
}

/// One thread pushes numbers, one expects them in order. Small rings are full and empty all the time.
fn all_arrive_in_order(items: usize, (producer, consumer): (Producer<usize>, Consumer<usize>)) {
    // Each lock is used by one thread: it makes a `&mut` of what the threads share, and orders nothing between them.
    let (producer, consumer) = (Mutex::new(producer), Mutex::new(consumer));
    stress::together(2, items, move |thread, n| {
        if thread == 0 {
            push(&mut producer.lock().unwrap(), n);
        } else {
            assert_eq!(
                pop(&mut consumer.lock().unwrap()),
                n,
                "left: the item that came out; right: the one whose turn it was"
            );
        }
    });
}

#[test]
fn a_ring_for_one() {
    all_arrive_in_order(ITEMS, ring(1));
}

#[test]
fn a_ring_for_three() {
    all_arrive_in_order(ITEMS, ring(3));
}

#[test]
fn a_ring_for_many() {
    all_arrive_in_order(300 * ITEMS, ring(1_000));
}

/// In the middle of it the positions wrap round.
#[test]
fn a_ring_whose_positions_wrap_round() {
    all_arrive_in_order(ITEMS, ring_at(3, usize::MAX - ITEMS / 2));
}

const ROUNDS: usize = 500;
const PER_ROUND: usize = 4;

/// How often each item has been dropped.
static DROPS: [AtomicU32; ROUNDS * PER_ROUND] = [const { AtomicU32::new(0) }; ROUNDS * PER_ROUND];

/// Counts its drops. It owns nothing: to drop it twice, or out of a slot that nobody has filled, does no harm.
struct Item(usize);

impl Drop for Item {
    fn drop(&mut self) {
        let drops = DROPS.get(self.0);
        let drops = drops.expect("something was dropped that is no item: an empty slot");
        drops.fetch_add(1, Relaxed);
    }
}

/// A ring in each round, with items left in it. Now one end goes first, now the other.
#[test]
fn every_item_is_dropped_whoever_goes_last() {
    let (hand_over, consumers) = mpsc::channel::<Consumer<Item>>();
    let consumers = Mutex::new(consumers);
    stress::together(2, ROUNDS, move |thread, round| {
        if thread == 0 {
            let (mut producer, consumer) = ring(PER_ROUND);
            hand_over.send(consumer).expect("somebody receives");
            for n in 0..PER_ROUND {
                push(&mut producer, Item(round * PER_ROUND + n));
            }
        } else {
            let consumer = consumers.lock().expect("nobody has panicked").recv();
            let mut consumer = consumer.expect("as many as rounds");
            for _ in 0..round % 3 {
                drop(consumer.try_pop());
            }
        }
    });
    for (item, drops) in DROPS.iter().enumerate() {
        assert_eq!(
            drops.load(Relaxed),
            1,
            "left: how often item {item} was dropped"
        );
    }
}
