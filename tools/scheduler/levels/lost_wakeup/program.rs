use super::bounded_queue::BoundedQueue;
use crate::sync::{Arc, thread};

pub fn program() {
    let queue = Arc::new(BoundedQueue::<u32>::new(1));
    let worker = thread::spawn({
        let queue = Arc::clone(&queue);
        move || queue.pop()
    });
    let closer = thread::spawn(move || queue.close());
    closer.join().unwrap();
    assert_eq!(worker.join().unwrap(), None);
}
