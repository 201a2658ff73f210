//! A limit: while one thread of a model unwinds, `thread::panicking` says `true` in all of them.
//!
//! They are coroutines on one thread of the machine, and the standard library counts panics by those.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use lanes::sync::atomic::{AtomicBool, Ordering::Relaxed};
use lanes::sync::thread;

struct StoreOnDrop<'a>(&'a AtomicBool);

impl Drop for StoreOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

fn main() {
    let answers = lanes::outcomes(|| {
        let stored = Arc::new(AtomicBool::new(false));
        let other = thread::spawn({
            let stored = Arc::clone(&stored);
            move || {
                let job = || {
                    let _store = StoreOnDrop(&stored);
                    panic::resume_unwind(Box::new("the job is given up"));
                };
                panic::catch_unwind(AssertUnwindSafe(job)).is_err()
            }
        });
        stored.load(Relaxed);
        let answer = thread::panicking();
        assert!(other.join().unwrap());
        answer
    });
    println!("a thread that never panics is told {answers:?}");
    assert!(
        answers.contains(&true),
        "the answer is right in each thread"
    );
}
