use super::spin_lock::SpinLock;
use crate::sync::{Arc, thread};

pub fn program() {
    let hits = Arc::new(SpinLock::new(0));
    let threads = [1, 2].map(|_| {
        let hits = Arc::clone(&hits);
        thread::spawn(move || *hits.lock() += 1)
    });
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(*hits.lock(), 2, "a hit is lost");
}
