//! A plain panic, caught by the program.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use lanes::sync::{Mutex, thread};

pub(crate) fn program() {
    let jobs = Arc::new(Mutex::new(0));
    let worker = thread::spawn({
        let jobs = Arc::clone(&jobs);
        move || {
            let job = || {
                *jobs.lock().unwrap() += 1;
                panic!("the job went wrong");
            };
            let _ = panic::catch_unwind(AssertUnwindSafe(job));
        }
    });
    *jobs.lock().unwrap() += 1;
    worker.join().unwrap();
    assert_eq!(*jobs.lock().unwrap(), 2);
}
