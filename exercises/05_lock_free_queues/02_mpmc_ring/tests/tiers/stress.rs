//! Real threads. What they were told is compared with a queue that one thread uses: the ring has to be *linearizable*.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread;

use lanes::history::Recorder;
use lanes::stress;
use mpmc_ring::{Full, MpmcRing};

/// Pushes, waiting for room.
fn push<T>(ring: &MpmcRing<T>, item: T) {
    let mut item = item;
    while let Err(Full(refused)) = ring.try_push(item) {
        item = refused;
        thread::yield_now();
    }
}

/// Pops, waiting for an item.
fn pop<T>(ring: &MpmcRing<T>) -> T {
    loop {
        if let Some(item) = ring.try_pop() {
            return item;
        }
        thread::yield_now();
    }
}

/// What a thread did, and what it was told.
#[derive(Debug)]
enum Call {
    Pushed(u32),
    Full,
    Popped(u32),
    Empty,
}

/// What a queue with room for `capacity` holds after `call`, if a queue that holds `items` can answer so.
fn queue(capacity: usize, items: &VecDeque<u32>, call: &Call) -> Option<VecDeque<u32>> {
    let mut items = items.clone();
    let possible = match *call {
        Call::Pushed(item) => {
            items.push_back(item);
            items.len() <= capacity
        }
        Call::Full => items.len() == capacity,
        Call::Popped(item) => items.pop_front() == Some(item),
        Call::Empty => items.is_empty(),
    };
    possible.then_some(items)
}

/// Four threads push and pop as they like, and never wait. All that they were told, a queue could have told one thread.
fn every_answer_is_that_of_a_queue(capacity: usize) {
    const THREADS: usize = 4;
    let ring = MpmcRing::new(capacity);
    let recorder = Arc::new(Recorder::new(THREADS));
    stress::together(THREADS, 500, {
        let recorder = Arc::clone(&recorder);
        move |thread, round| {
            let item = (round * THREADS + thread) as u32;
            // Two threads push twice and pop once, two the other way round: it is full at times, and empty at others.
            if (round % 3 == 0) != (thread % 2 == 0) {
                let push = || ring.try_push(item).is_ok();
                recorder.record(thread, push, |&room| {
                    if room { Call::Pushed(item) } else { Call::Full }
                });
            } else {
                let pop = || ring.try_pop();
                recorder.record(thread, pop, |popped| {
                    popped.map_or(Call::Empty, Call::Popped)
                });
            }
        }
    });
    let history = recorder.take();
    if let Err(why) = history.explain(VecDeque::new(), |items, call| queue(capacity, items, call)) {
        panic!("{why}");
    }
}

#[test]
fn a_ring_for_one_answers_as_a_queue() {
    every_answer_is_that_of_a_queue(1);
}

#[test]
fn a_ring_for_two_answers_as_a_queue() {
    every_answer_is_that_of_a_queue(2);
}

#[test]
fn a_ring_for_four_answers_as_a_queue() {
    every_answer_is_that_of_a_queue(4);
}

/// Two push numbers, two pop them. Every consumer sees each producer's numbers in order, and none is lost or doubled.
#[test]
fn items_of_one_producer_stay_in_order() {
    const ITEMS: usize = 3_000;
    /// Of each consumer: which producer's items it has seen, and which of them, in its order.
    type Seen = [Mutex<Vec<(usize, usize)>>; 2];

    let ring = MpmcRing::new(8);
    let popped = Arc::new(Seen::default());
    stress::together(4, ITEMS, {
        let popped = Arc::clone(&popped);
        move |thread, n| {
            if thread < 2 {
                push(&ring, (thread, n));
            } else {
                let item = pop(&ring);
                popped[thread - 2].lock().unwrap().push(item);
            }
        }
    });
    let mut all = vec![];
    for popped in &*popped {
        let popped = popped.lock().unwrap();
        for producer in 0..2 {
            let of_one = popped.iter().filter(|(from, _)| *from == producer);
            assert!(
                of_one.is_sorted(),
                "a consumer has seen the items of producer {producer} out of order"
            );
        }
        all.extend_from_slice(&popped);
    }
    all.sort_unstable();
    let pushed = (0..2).flat_map(|producer| (0..ITEMS).map(move |n| (producer, n)));
    assert!(
        all.into_iter().eq(pushed),
        "what came out of the ring is not what went in: something was lost, or came twice"
    );
}

const ROUNDS: usize = 500;

/// How often each item has been dropped.
static DROPS: [AtomicU32; 3 * ROUNDS] = [const { AtomicU32::new(0) }; 3 * ROUNDS];

/// Counts its drops. It owns nothing: to drop it twice, or out of a slot that nobody has filled, does no harm.
struct Item(usize);

impl Drop for Item {
    fn drop(&mut self) {
        let drops = DROPS.get(self.0);
        let drops = drops.expect("something was dropped that is no item: an empty slot");
        drops.fetch_add(1, Relaxed);
    }
}

/// A ring in each round. Three push into it, and one of them pops; whoever goes last drops the ring.
#[test]
fn every_item_is_dropped_once() {
    let rings: Vec<_> = (0..ROUNDS)
        .flat_map(|_| {
            let ring = Arc::new(MpmcRing::new(2));
            [0, 1, 2].map(|_| Mutex::new(Some(Arc::clone(&ring))))
        })
        .collect();
    stress::together(3, ROUNDS, move |thread, round| {
        let place = 3 * round + thread;
        let ring = rings[place].lock().unwrap().take();
        let ring = ring.expect("each place is taken once");
        drop(ring.try_push(Item(place)));
        if thread == 0 {
            drop(ring.try_pop());
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
