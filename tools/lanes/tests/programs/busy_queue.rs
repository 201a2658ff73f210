//! A queue whose threads look again and again instead of sleeping. Nothing fails, and there is no end of it.

use std::collections::VecDeque;
use std::sync::Arc;

use lanes::sync::{Mutex, thread};

struct Queue {
    items: Mutex<VecDeque<u32>>,
}

impl Queue {
    fn push(&self, item: u32) {
        loop {
            let mut items = self.items.lock().unwrap();
            if items.is_empty() {
                return items.push_back(item);
            }
            drop(items);
            thread::yield_now();
        }
    }

    fn pop(&self) -> u32 {
        loop {
            if let Some(item) = self.items.lock().unwrap().pop_front() {
                return item;
            }
            thread::yield_now();
        }
    }
}

pub(crate) fn program() {
    let queue = Arc::new(Queue {
        items: Mutex::new(VecDeque::new()),
    });
    let pop = || {
        let queue = Arc::clone(&queue);
        thread::spawn(move || queue.pop())
    };
    let consumers = [pop(), pop()];
    queue.push(7);
    queue.push(8);
    for consumer in consumers {
        consumer.join().unwrap();
    }
}
