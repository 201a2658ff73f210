//! Real threads and many rounds. What the models prove for a few calls, this tries with thousands.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lanes::stress;
use token_bucket::TokenBucket;

use crate::overdrawn;

const THREADS: usize = 4;
const ROUNDS: usize = 1_000;

fn ns(ns: usize) -> Duration {
    Duration::from_nanos(ns as u64)
}

/// Four threads, each with a clock of its own, want far more than there is: all of it is given, and no more.
#[test]
fn everything_is_given_once() {
    // One token each 10 ns, and in each round of 7 ns four want one: once empty, it is never full again.
    let bucket = Arc::new(TokenBucket::new(5, ns(10)));
    let taken = Arc::new(Mutex::new(Vec::new()));
    stress::together(THREADS, ROUNDS, {
        let (bucket, taken) = (Arc::clone(&bucket), Arc::clone(&taken));
        move |_thread, round| {
            let now = ns(7 * round);
            if bucket.try_take(1, now).is_ok() {
                taken.lock().unwrap().push(now);
            }
        }
    });
    let end = ns(7 * (ROUNDS - 1));
    let mut taken = std::mem::take(&mut *taken.lock().unwrap());
    let left = (0..THREADS * ROUNDS).take_while(|_| bucket.try_take(1, end).is_ok());
    taken.extend(left.map(|_| end));
    assert_eq!(
        overdrawn(&mut taken, 5, ns(10)),
        None,
        "(from, to, tokens given, tokens that there were): too many between these times"
    );
    assert_eq!(
        taken.len() as u128,
        5 + end.as_nanos() / 10,
        "left: tokens given; right: five, and one each 10 ns"
    );
}

/// Large and small requests: who asks for three gets three or none, and none is lost on the way.
#[test]
fn several_at_once_add_up() {
    let bucket = Arc::new(TokenBucket::new(1_000, Duration::from_secs(1)));
    let given = Arc::new(Mutex::new(0));
    stress::together(THREADS, ROUNDS, {
        let (bucket, given) = (Arc::clone(&bucket), Arc::clone(&given));
        move |thread, round| {
            let tokens = (thread + round) % 4;
            if bucket.try_take(tokens as u32, Duration::ZERO).is_ok() {
                *given.lock().unwrap() += tokens;
            }
        }
    });
    assert_eq!(
        *given.lock().unwrap(),
        1_000,
        "the bucket had 1000 tokens, all at the same time"
    );
    assert_eq!(bucket.available(Duration::ZERO), 0);
}
