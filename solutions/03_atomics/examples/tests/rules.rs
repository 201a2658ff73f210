//! What the page on the rules says of its programs, besides what they print.

use std::sync::Arc;

use lanes::sync::atomic::{AtomicU32, Ordering};
use lanes::sync::thread;

use Ordering::{Acquire, Relaxed, Release};

/// A message that is passed on: the orderings of its two edges, each with its two ends.
fn last_reads(orderings: [Ordering; 4]) -> Option<u32> {
    let [send, sent, pass_on, passed_on] = orderings;
    let shared: Arc<[AtomicU32; 3]> = Arc::new([(); 3].map(|()| AtomicU32::new(0)));
    let (first, second) = (Arc::clone(&shared), Arc::clone(&shared));
    thread::spawn(move || {
        first[0].store(1, Relaxed);
        first[1].store(1, send);
    });
    thread::spawn(move || {
        if second[1].load(sent) == 1 {
            second[2].store(1, pass_on);
        }
    });
    (shared[2].load(passed_on) == 1).then(|| shared[0].load(Relaxed))
}

#[test]
fn of_a_message_that_is_passed_on_each_ordering_is_needed() {
    let all = [Release, Acquire, Release, Acquire];
    let can_be_missed =
        |orderings| lanes::outcomes(move || last_reads(orderings)).contains(&Some(0));
    assert!(!can_be_missed(all), "with all four the message arrives");
    for at in 0..all.len() {
        let mut orderings = all;
        orderings[at] = Relaxed;
        assert!(can_be_missed(orderings), "without the one at {at}");
    }
}
