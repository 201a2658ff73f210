//! deadlock: two consumers, two items, one notification for both.

use std::sync::Arc;

use lanes::sync::{Condvar, Mutex, thread};

fn take(shared: &(Mutex<u32>, Condvar)) {
    let (items, arrived) = shared;
    let mut items = items.lock().unwrap();
    while *items == 0 {
        items = arrived.wait(items).unwrap();
    }
    *items -= 1;
}

pub fn program() {
    let shared = Arc::new((Mutex::new(0), Condvar::new()));
    let consumers = [(); 2].map(|()| {
        let shared = Arc::clone(&shared);
        thread::spawn(move || take(&shared))
    });
    let (items, arrived) = &*shared;
    *items.lock().unwrap() += 2;
    arrived.notify_one();
    for consumer in consumers {
        consumer.join().unwrap();
    }
}
