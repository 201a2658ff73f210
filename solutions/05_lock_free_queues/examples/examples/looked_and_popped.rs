//! What a thread gets from a queue that was not empty when it looked.

use std::collections::VecDeque;

use lanes::sync::{Arc, Mutex, thread};

fn main() {
    for got in lanes::outcomes(two_threads) {
        println!("{got}");
    }
}

// ANCHOR: body
fn take(queue: &Mutex<VecDeque<u32>>) -> &'static str {
    if queue.lock().unwrap().is_empty() {
        return "it was empty";
    }
    match queue.lock().unwrap().pop_front() {
        Some(_) => "an item",
        None => "it was not empty, and no item",
    }
}

fn two_threads() -> &'static str {
    let queue = Arc::new(Mutex::new(VecDeque::from([1])));
    let other = thread::spawn({
        let queue = Arc::clone(&queue);
        move || take(&queue)
    });
    let mine = take(&queue);
    other.join().unwrap();
    mine
}
// ANCHOR_END: body
