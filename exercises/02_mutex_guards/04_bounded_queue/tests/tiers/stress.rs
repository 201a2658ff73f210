//! Real threads and many rounds. A thread that nobody wakes fails the test after a few seconds.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bounded_queue::BoundedQueue;
use lanes::stress;

const ROUNDS: usize = 1_000;

/// An item says who pushed it, and in which round.
type Item = (usize, usize);

/// What each of two consumers got.
type Arrived = [Mutex<Vec<Item>>; 2];

/// Two push, two pop, and there is less room than there are threads: nothing is lost, doubled or overtaken.
#[test]
fn everything_arrives_once_and_in_order() {
    let queue = Arc::new(BoundedQueue::new(3));
    let arrived = Arc::new(Arrived::default());
    stress::together(4, ROUNDS, {
        let (queue, arrived) = (Arc::clone(&queue), Arc::clone(&arrived));
        move |thread, round| match thread {
            0 | 1 => queue.push((thread, round)).expect("the queue is open"),
            _ => {
                let item = queue
                    .pop()
                    .expect("`None` means closed, and nobody has closed the queue");
                arrived[thread - 2].lock().unwrap().push(item);
            }
        }
    });
    assert!(queue.is_empty(), "as many pops as pushes");

    let mut all = Vec::new();
    for consumer in &*arrived {
        let items = consumer.lock().unwrap();
        for producer in [0, 1] {
            assert!(
                items.iter().filter(|item| item.0 == producer).is_sorted(),
                "one consumer got the items of one producer out of order"
            );
        }
        all.extend_from_slice(&items);
    }
    all.sort_unstable();
    let expected: Vec<_> = (0..2)
        .flat_map(|p| (0..ROUNDS).map(move |n| (p, n)))
        .collect();
    assert_eq!(all, expected, "an item is lost, or came twice");
}

/// A queue in each round: it is closed in the middle of the traffic, and what was accepted is what arrives.
#[test]
fn what_was_accepted_arrives_whenever_it_is_closed() {
    let queues: Arc<[BoundedQueue<usize>]> = (0..ROUNDS).map(|_| BoundedQueue::new(2)).collect();
    let accepted = Arc::new(AtomicUsize::new(0));
    let arrived = Arc::new(AtomicUsize::new(0));
    stress::together(4, ROUNDS, {
        let (accepted, arrived) = (Arc::clone(&accepted), Arc::clone(&arrived));
        move |thread, round| {
            let queue = &queues[round];
            match thread {
                0 => {
                    for item in 1..=3 {
                        if queue.push(item).is_ok() {
                            accepted.fetch_add(item, Ordering::Relaxed);
                        }
                    }
                    queue.close();
                }
                // Goes on until somebody closes.
                1 => {
                    while queue.push(1).is_ok() {
                        accepted.fetch_add(1, Ordering::Relaxed);
                    }
                }
                // Goes on until the end.
                _ => {
                    while let Some(item) = queue.pop() {
                        arrived.fetch_add(item, Ordering::Relaxed);
                    }
                }
            }
        }
    });
    assert_eq!(
        arrived.load(Ordering::Relaxed),
        accepted.load(Ordering::Relaxed),
        "left: what arrived; right: what `push` accepted"
    );
}

/// Numbers: `close` wakes a crowd, and not only a few.
#[test]
fn close_wakes_a_crowd() {
    let full = BoundedQueue::new(1);
    full.push(0).expect("there is room for one");
    let queues = Arc::new((BoundedQueue::<usize>::new(1), full));
    let crowd: Vec<_> = (0..40)
        .map(|n| {
            let queues = Arc::clone(&queues);
            std::thread::spawn(move || {
                if n % 2 == 0 {
                    queues.0.pop().is_none()
                } else {
                    queues.1.push(n).is_err()
                }
            })
        })
        .collect();
    // Nothing depends on how long this is: all of them have time to fall asleep.
    std::thread::sleep(std::time::Duration::from_millis(100));
    queues.0.close();
    queues.1.close();
    let ended = stress::finishes(
        "one of forty that waited when the queues were closed",
        move || {
            crowd
                .into_iter()
                .map(std::thread::JoinHandle::join)
                .collect::<Vec<_>>()
        },
    );
    assert!(
        ended
            .into_iter()
            .all(|ended| ended.is_ok_and(|refused| refused)),
        "the queues were closed: no item comes, and none is accepted"
    );
}
