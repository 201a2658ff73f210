//! Real threads, and the production epochs. What they were told is compared with a `Vec` that one thread uses: the
//! stack has to be *linearizable*. Each test has a process of its own, for to free real memory twice ends it.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use lanes::history::Recorder;
use lanes::stress;
use treiber_stack::TreiberStack;

/// What a thread did, and what it was told.
#[derive(Debug)]
enum Call {
    Pushed(u32),
    Popped(Option<u32>),
}

/// What a stack holds after `call`, if one that holds `items` can answer so.
fn stack(items: &[u32], call: &Call) -> Option<Vec<u32>> {
    let mut items = items.to_owned();
    match *call {
        Call::Pushed(item) => items.push(item),
        Call::Popped(answer) => {
            if items.pop() != answer {
                return None;
            }
        }
    }
    Some(items)
}

/// Threads push and pop as they like. All that they were told, a stack could have told one thread.
#[test]
fn every_answer_is_that_of_a_stack() {
    stress::apart(|| {
        const THREADS: usize = 4;
        let shared = TreiberStack::new();
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
        if let Err(why) = history.explain(vec![], |items, call| stack(items, call)) {
            panic!("{why}");
        }
    });
}

/// Large numbers, short stacks: nodes are made and freed all the time. Nothing is lost, and nothing comes twice.
#[test]
fn what_goes_in_comes_out_once() {
    stress::apart(|| {
        const THREADS: usize = 4;
        const ITEMS: usize = 5_000;
        let stack = Arc::new(TreiberStack::new());
        let popped: Arc<[Mutex<Vec<usize>>; THREADS]> = Arc::default();
        stress::together(THREADS, ITEMS, {
            let (stack, popped) = (Arc::clone(&stack), Arc::clone(&popped));
            move |thread, n| {
                // A box: whoever reads one that is not there any more may well crash.
                stack.push(Box::new(n * THREADS + thread));
                if let Some(item) = stack.pop() {
                    popped[thread].lock().unwrap().push(*item);
                }
            }
        });
        let mut all: Vec<usize> = popped
            .iter()
            .flat_map(|popped| popped.lock().unwrap().clone())
            .collect();
        all.extend(std::iter::from_fn(|| stack.pop()).map(|item| *item));
        all.sort_unstable();
        assert!(
            all.into_iter().eq(0..THREADS * ITEMS),
            "what came out of the stack is not what went in: something was lost, or came twice"
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

/// A stack in each round. Three push, and one of them pops; whoever goes last drops the stack.
#[test]
fn every_item_is_dropped_once() {
    stress::apart(|| {
        let stacks: Vec<_> = (0..ROUNDS)
            .flat_map(|_| {
                let stack = Arc::new(TreiberStack::new());
                [0, 1, 2].map(|_| Mutex::new(Some(Arc::clone(&stack))))
            })
            .collect();
        stress::together(3, ROUNDS, move |thread, round| {
            let place = 3 * round + thread;
            let stack = stacks[place].lock().unwrap().take();
            let stack = stack.expect("each place is taken once");
            stack.push(Item(place));
            if thread == 0 {
                drop(stack.pop());
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
