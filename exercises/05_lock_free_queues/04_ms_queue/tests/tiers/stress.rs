//! Real threads, and the production epochs. What they were told is compared with a `VecDeque` that one thread uses: the
//! queue has to be *linearizable*. Each test has a process of its own, for to free real memory twice ends it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use lanes::history::Recorder;
use lanes::stress;
use ms_queue::MsQueue;

/// What a thread did, and what it was told.
#[derive(Debug)]
enum Call {
    Pushed(u32),
    Popped(Option<u32>),
}

/// What a queue holds after `call`, if one that holds `items` can answer so.
fn queue(items: &VecDeque<u32>, call: &Call) -> Option<VecDeque<u32>> {
    let mut items = items.clone();
    match *call {
        Call::Pushed(item) => items.push_back(item),
        Call::Popped(answer) => {
            if items.pop_front() != answer {
                return None;
            }
        }
    }
    Some(items)
}

/// Threads push and pop as they like. All that they were told, a queue could have told one thread.
#[test]
fn every_answer_is_that_of_a_queue() {
    stress::apart(|| {
        const THREADS: usize = 4;
        let shared = MsQueue::new();
        let recorder = Arc::new(Recorder::new(THREADS));
        stress::together(THREADS, 500, {
            let recorder = Arc::clone(&recorder);
            move |thread, round| {
                let item = (round * THREADS + thread) as u32;
                if (round + thread) % 2 == 0 {
                    recorder.record(thread, || shared.push(item), |()| Call::Pushed(item));
                } else {
                    recorder.record(thread, || shared.pop(), |&item| Call::Popped(item));
                }
            }
        });
        let history = recorder.take();
        if let Err(why) = history.explain(VecDeque::new(), queue) {
            panic!("{why}");
        }
    });
}

/// Large numbers, short queues: nodes are made and freed all the time. Nothing is lost, and nothing comes twice.
#[test]
fn what_goes_in_comes_out_once() {
    stress::apart(|| {
        const THREADS: usize = 4;
        const ITEMS: usize = 5_000;
        let queue = Arc::new(MsQueue::new());
        let popped: Arc<[Mutex<Vec<usize>>; THREADS]> = Arc::default();
        stress::together(THREADS, ITEMS, {
            let (queue, popped) = (Arc::clone(&queue), Arc::clone(&popped));
            move |thread, n| {
                // A box: whoever reads one that is not there any more may well crash.
                queue.push(Box::new(n * THREADS + thread));
                if let Some(item) = queue.pop() {
                    popped[thread].lock().unwrap().push(*item);
                }
            }
        });
        let mut all: Vec<usize> = popped
            .iter()
            .flat_map(|popped| popped.lock().unwrap().clone())
            .collect();
        all.extend(std::iter::from_fn(|| queue.pop()).map(|item| *item));
        all.sort_unstable();
        assert!(
            all.into_iter().eq(0..THREADS * ITEMS),
            "what came out of the queue is not what went in: something was lost, or came twice"
        );
    });
}

const ROUNDS: usize = 500;

/// How often each item has been dropped.
static DROPS: [AtomicU32; 3 * ROUNDS] = [const { AtomicU32::new(0) }; 3 * ROUNDS];

/// Counts its drops. It owns nothing: to drop it twice does no harm.
struct Item(usize);

impl Drop for Item {
    fn drop(&mut self) {
        let drops = DROPS.get(self.0);
        let drops = drops.expect("something was dropped that is no item");
        drops.fetch_add(1, Relaxed);
    }
}

/// A queue in each round. Three push, and one of them pops; whoever goes last drops the queue.
#[test]
fn every_item_is_dropped_once() {
    stress::apart(|| {
        let queues: Vec<_> = (0..ROUNDS)
            .flat_map(|_| {
                let queue = Arc::new(MsQueue::new());
                [0, 1, 2].map(|_| Mutex::new(Some(Arc::clone(&queue))))
            })
            .collect();
        stress::together(3, ROUNDS, move |thread, round| {
            let place = 3 * round + thread;
            let queue = queues[place].lock().unwrap().take();
            let queue = queue.expect("each place is taken once");
            queue.push(Item(place));
            if thread == 0 {
                drop(queue.pop());
            }
        });
        for (item, drops) in DROPS.iter().enumerate() {
            assert_eq!(
                drops.load(Relaxed),
                1,
                "left: how often item {item} was dropped"
            );
        }
    });
}
