//! A queue is closed while it is full and a thread waits for room.

use std::sync::Arc;
use std::thread;

use bounded_queue::BoundedQueue;

fn main() {
    // ANCHOR: body
    let queue = Arc::new(BoundedQueue::new(1));
    queue.push(1).unwrap();
    let waiting = thread::spawn({
        let queue = Arc::clone(&queue);
        move || queue.push(2)
    });

    queue.close();
    let pops = [queue.pop(), queue.pop()];
    let pushed = waiting.join().unwrap();
    println!("push(2): {pushed:?}, pops: {pops:?}");
    // ANCHOR_END: body
}
