//! A destructor that asserts, and that runs because an assertion has failed.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

struct Pool {
    busy: Arc<AtomicU32>,
}

impl Drop for Pool {
    fn drop(&mut self) {
        assert_eq!(self.busy.load(Ordering::Relaxed), 0, "somebody is busy");
    }
}

pub(crate) fn program() {
    let busy = Arc::new(AtomicU32::new(0));
    let worker = thread::spawn({
        let busy = Arc::clone(&busy);
        move || busy.fetch_add(1, Ordering::Relaxed)
    });
    let pool = Pool { busy };
    worker.join().unwrap();
    assert!(pool.busy.load(Ordering::Relaxed) < 1, "too much to do");
}
