//! How often two threads can compute one entry, if each looks under a read lock, lets go, and locks again to write.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
use lanes::sync::{RwLock, thread};

fn main() {
    for computed in lanes::outcomes(two_threads) {
        println!("{computed}");
    }
}

// ANCHOR: body
struct Cache {
    entry: RwLock<Option<&'static str>>,
    computed: AtomicU32,
}

impl Cache {
    fn get(&self) -> &'static str {
        if let Some(entry) = *self.entry.read().unwrap() {
            return entry;
        }
        // Nothing there. The read lock is free again: now lock to write.
        let mut entry = self.entry.write().unwrap();
        self.computed.fetch_add(1, Relaxed);
        entry.insert("expensive")
    }
}
// ANCHOR_END: body

fn two_threads() -> u32 {
    let cache = Arc::new(Cache {
        entry: RwLock::new(None),
        computed: AtomicU32::new(0),
    });
    let other = thread::spawn({
        let cache = Arc::clone(&cache);
        move || cache.get()
    });
    assert_eq!(cache.get(), "expensive");
    assert_eq!(other.join().unwrap(), "expensive");
    cache.computed.load(Relaxed)
}
