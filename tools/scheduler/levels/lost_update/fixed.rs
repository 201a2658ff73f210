use crate::sync::atomic::{AtomicU32, Ordering::SeqCst};
use crate::sync::{Arc, thread};

pub fn program() {
    let hits = Arc::new(AtomicU32::new(0));
    let threads = [1, 2].map(|_| {
        let hits = Arc::clone(&hits);
        thread::spawn(move || {
            hits.fetch_add(1, SeqCst);
        })
    });
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(hits.load(SeqCst), 2, "a hit is lost");
}
