//! Takes the end of a wait for the end of the work, and time was up before it was begun.

use std::sync::Arc;
use std::time::Duration;

use lanes::sync::{Condvar, Mutex, thread};

#[derive(Default)]
struct Work {
    done: Mutex<bool>,
    changed: Condvar,
}

pub(crate) fn program() {
    let work = Arc::new(Work::default());
    let waiting = thread::spawn({
        let work = Arc::clone(&work);
        move || {
            let mut done = work.done.lock().unwrap();
            if !*done {
                done = work.changed.wait_timeout(done, Duration::from_secs(1)).unwrap().0;
            }
            assert!(*done, "time is up, and nothing is done");
        }
    });
    *work.done.lock().unwrap() = true;
    work.changed.notify_one();
    waiting.join().unwrap();
}
