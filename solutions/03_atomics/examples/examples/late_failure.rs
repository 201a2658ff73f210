//! What the failures of an epoch can begin with, if epoch and failures are two words.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering::SeqCst};
use lanes::sync::thread;

// ANCHOR: body
#[derive(Default)]
struct Breaker {
    epoch: AtomicU32,
    failures: AtomicU32,
}

fn begin_the_next_epoch(breaker: &Breaker) {
    breaker.failures.store(0, SeqCst);
    breaker.epoch.store(1, SeqCst);
}

fn count_a_failure_of_epoch_0(breaker: &Breaker) {
    if breaker.epoch.load(SeqCst) == 0 {
        breaker.failures.fetch_add(1, SeqCst);
    }
}
// ANCHOR_END: body

fn main() {
    let failures = || {
        let breaker = Arc::new(Breaker::default());
        let call = thread::spawn({
            let breaker = Arc::clone(&breaker);
            move || count_a_failure_of_epoch_0(&breaker)
        });
        begin_the_next_epoch(&breaker);
        call.join().unwrap();
        breaker.failures.load(SeqCst)
    };
    for failures in lanes::outcomes(failures) {
        println!("{failures}");
    }
}
