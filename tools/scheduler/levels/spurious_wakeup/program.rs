use super::bounded_queue::BoundedQueue;
use crate::sync::{Arc, thread};

pub fn program() {
    let queue = Arc::new(BoundedQueue::new(1));
    let worker = thread::spawn({
        let queue = Arc::clone(&queue);
        move || queue.pop()
    });
    let producer = thread::spawn(move || queue.push(7));
    producer.join().unwrap().unwrap();
    assert_eq!(worker.join().unwrap(), Some(7), "an open queue has ended");
}
