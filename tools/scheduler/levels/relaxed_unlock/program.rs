use super::spin_lock::SpinLock;
use crate::sync::atomic::{AtomicU32, Ordering::Relaxed};
use crate::sync::{Arc, thread};

pub fn program() {
    let lock = Arc::new(SpinLock::new(()));
    let hits = Arc::new(AtomicU32::new(0));
    let threads = [1, 2].map(|_| {
        let (lock, hits) = (Arc::clone(&lock), Arc::clone(&hits));
        thread::spawn(move || {
            let _guard = lock.lock();
            let seen = hits.load(Relaxed);
            hits.store(seen + 1, Relaxed);
        })
    });
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(hits.load(Relaxed), 2, "a hit is lost");
}
