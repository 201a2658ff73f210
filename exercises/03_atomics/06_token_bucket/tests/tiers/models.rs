//! Every schedule of a small world, explored by `lanes`.

use std::sync::Arc;

use crate::ms;
use crate::sync::thread::{self, JoinHandle};
use crate::sync::waits_in;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/token_bucket.rs"));
}
use source::TokenBucket;

/// A bucket with one token each 10 ms that has `left` of `burst` tokens at 0 ms.
fn bucket(burst: u32, left: u32) -> Arc<TokenBucket> {
    let bucket = TokenBucket::new(burst, ms(10));
    if left < burst {
        bucket.try_take(burst - left, ms(0)).expect("it is full");
    }
    Arc::new(bucket)
}

/// Starts a thread that asks for `tokens` at `now`, and says how many it gets.
#[track_caller]
fn take(bucket: &Arc<TokenBucket>, tokens: u32, now: u64) -> JoinHandle<u32> {
    let bucket = Arc::clone(bucket);
    thread::spawn(move || got(&bucket, tokens, now))
}

/// How many of `tokens` tokens the bucket gives at `now`.
fn got(bucket: &TokenBucket, tokens: u32, now: u64) -> u32 {
    bucket.try_take(tokens, ms(now)).map_or(0, |()| tokens)
}

/// take → take: looking whether a token is there and taking it are one step to everybody else.
#[test]
fn the_last_token_goes_to_one_of_two() {
    lanes::model(|| {
        let bucket = bucket(1, 1);
        let other = take(&bucket, 1, 0);
        let given = got(&bucket, 1, 0) + other.join().unwrap();
        assert_eq!(given, 1, "there was one token, and {given} were given");
    });
}

/// take → take: what an interval has earned is credited once, whoever comes first to credit it.
#[test]
fn a_token_that_has_come_since_is_given_once() {
    lanes::model(|| {
        let bucket = bucket(2, 0);
        let other = take(&bucket, 1, 10);
        let given = got(&bucket, 1, 10) + other.join().unwrap();
        assert_eq!(
            given, 1,
            "10 ms after the bucket was empty there is one token, and {given} were given"
        );
    });
}

/// Who is in another's way tries again: a refusal means that the tokens are not there.
#[test]
fn two_tokens_are_enough_for_two() {
    lanes::model(|| {
        let bucket = bucket(2, 2);
        let other = take(&bucket, 1, 0);
        let given = got(&bucket, 1, 0) + other.join().unwrap();
        assert_eq!(
            given, 2,
            "two tokens, two callers, and one of them was sent away: because there was none, or because \
             somebody else was there?"
        );
    });
}

/// A call that will be refused is nobody's rival: it takes nothing, not even for a moment.
#[test]
fn a_refused_call_is_in_nobodys_way() {
    lanes::model(|| {
        let bucket = bucket(2, 1);
        let greedy = take(&bucket, 2, 0);
        let modest = got(&bucket, 1, 0);
        assert_eq!(greedy.join().unwrap(), 0, "two of one");
        assert_eq!(
            modest, 1,
            "one token was there all the time, and who asked for one was refused"
        );
    });
}

/// However often somebody else is faster, a call goes on for as long as its tokens are there.
#[test]
fn a_caller_does_not_give_up_while_there_are_tokens() {
    lanes::model(|| {
        let bucket = bucket(6, 6);
        let others = thread::spawn({
            let bucket = Arc::clone(&bucket);
            move || (0..5).map(|_| got(&bucket, 1, 0)).sum::<u32>()
        });
        let mine = got(&bucket, 1, 0);
        assert_eq!(
            others.join().unwrap() + mine,
            6,
            "six tokens, six calls, and one of them was refused"
        );
    });
}

/// Never blocks: beside a call that changes nothing, there is nothing that a call could wait for.
#[test]
fn nobody_waits_for_anybody() {
    lanes::model(|| {
        let waits = waits_in(|| {
            let bucket = bucket(2, 1);
            let refused = take(&bucket, 2, 0);
            let _ = bucket.available(ms(0));
            assert_eq!(got(&bucket, 1, 0), 1, "one token was there all the time");
            assert_eq!(refused.join().unwrap(), 0, "two of one");
        });
        assert_eq!(
            waits, 0,
            "one of two calls was refused and changed nothing, and somebody waited: is there a lock, or a flag that is one?"
        );
    });
}

/// Two clocks, one of them late: whoever changes the bucket first, the time between is paid for once.
#[test]
fn a_late_clock_does_not_earn_the_same_time_again() {
    lanes::model(|| {
        // One has been taken at 0 ms. From 0 to 10 ms there are two more.
        let bucket = bucket(2, 1);
        let late = take(&bucket, 1, 0);
        let given =
            got(&bucket, 1, 10) + late.join().unwrap() + got(&bucket, 2, 10) + got(&bucket, 1, 10);
        assert_eq!(
            given, 2,
            "two tokens were left from 0 to 10 ms, and {given} were given"
        );
    });
}

/// Two tokens for three callers who want one each: nothing is lost, and nothing made.
#[test]
fn three_callers_get_what_there_is() {
    lanes::model(|| {
        let bucket = bucket(2, 2);
        let others = [take(&bucket, 1, 0), take(&bucket, 1, 0)];
        let mut given = got(&bucket, 1, 0);
        for other in others {
            given += other.join().unwrap();
        }
        assert_eq!(given, 2, "there were two tokens, and {given} were given");
    });
}
