//! What one thread can see, at the times that the test names.

use std::panic::catch_unwind;
use std::time::Duration;

use impls::impls;
use token_bucket::{Refused, TokenBucket};

use crate::{ms, overdrawn};

/// The burst: a bucket is full at first, whatever time it is, and then it is empty.
#[test]
fn a_new_bucket_gives_its_burst_and_no_more() {
    for start in [ms(0), ms(7), Duration::from_secs(1_000_000_000)] {
        let bucket = TokenBucket::new(3, ms(10));
        let given = (0..5).filter(|_| bucket.try_take(1, start).is_ok()).count();
        assert_eq!(given, 3, "a burst of 3, all at {start:?}");
    }
}

/// The rate: one more when the interval is over, and not a nanosecond before.
#[test]
fn a_token_comes_each_interval() {
    let bucket = TokenBucket::new(2, ms(10));
    let start = ms(500);
    bucket.try_take(2, start).expect("two are there");
    for tick in 1..=3 {
        let next = start + ms(10) * tick;
        let just_before = next - Duration::from_nanos(1);
        assert!(
            bucket.try_take(1, just_before).is_err(),
            "token {tick} came before its interval was over"
        );
        assert_eq!(
            bucket.try_take(1, next),
            Ok(()),
            "token {tick} did not come when its interval was over"
        );
    }
}

/// All or nothing: who asks for two does not get one.
#[test]
fn several_tokens_are_taken_at_once_or_not_at_all() {
    let bucket = TokenBucket::new(3, ms(10));
    assert_eq!(bucket.try_take(2, ms(0)), Ok(()));
    assert!(bucket.try_take(2, ms(0)).is_err(), "one is left, not two");
    assert_eq!(
        bucket.try_take(1, ms(0)),
        Ok(()),
        "the one that was left is gone: did the refused call take it?"
    );
}

/// A refusal costs nothing: however often somebody asks in vain, the next token comes at its time.
#[test]
fn a_refused_call_changes_nothing() {
    let bucket = TokenBucket::new(1, ms(10));
    bucket.try_take(1, ms(0)).expect("one is there");
    for now in 0..10 {
        assert!(bucket.try_take(1, ms(now)).is_err(), "at {now} ms");
    }
    assert_eq!(
        bucket.try_take(1, ms(10)),
        Ok(()),
        "ten refused calls have put the next token off"
    );
}

/// What a refused caller is told is true: then it works, if nobody was faster, and not a nanosecond before.
#[test]
fn the_wait_is_neither_too_long_nor_too_short() {
    for (tokens, now, expected) in [(1, 3, 7), (2, 3, 17), (3, 3, 27), (3, 25, 5)] {
        let bucket = TokenBucket::new(3, ms(10));
        bucket.try_take(3, ms(0)).expect("three are there");
        let now = ms(now);
        let Err(Refused::Wait(wait)) = bucket.try_take(tokens, now) else {
            panic!("{tokens} at {now:?}: that should be refused for now");
        };
        assert_eq!(wait, ms(expected), "for {tokens} at {now:?}");
        assert!(
            bucket
                .try_take(tokens, now + wait - Duration::from_nanos(1))
                .is_err(),
            "a nanosecond earlier would have done"
        );
        assert_eq!(bucket.try_take(tokens, now + wait), Ok(()));
    }
}

/// The cap: an hour of rest fills the bucket, and does not overfill it.
#[test]
fn rest_gives_a_burst_and_no_more() {
    let bucket = TokenBucket::new(3, ms(10));
    bucket.try_take(3, ms(0)).expect("three are there");
    let later = Duration::from_secs(3600);
    let given = (0..10)
        .filter(|_| bucket.try_take(1, later).is_ok())
        .count();
    assert_eq!(
        given, 3,
        "tokens that found the bucket full are lost: it holds 3"
    );
}

/// No drift: whoever asks more often than tokens come gets exactly what the time was worth.
#[test]
fn no_part_of_an_interval_is_lost() {
    let bucket = TokenBucket::new(2, ms(10));
    let times = (0..=700).map(|n| ms(7 * n));
    let given = times.filter(|now| bucket.try_take(1, *now).is_ok()).count();
    assert_eq!(
        given,
        2 + 490,
        "two at first, and one each 10 ms of 4900 ms, asked for each 7 ms: where do the 7 ms go that are not \
         worth a token yet?"
    );
}

/// No drift, over an hour and at an interval that is no round number.
#[test]
fn an_hour_is_worth_an_hour() {
    let interval = Duration::from_nanos(333_333_333);
    let bucket = TokenBucket::new(4, interval);
    let hour = 3_600_000;
    let given = (0..=hour)
        .step_by(100)
        .filter(|now| bucket.try_take(1, ms(*now)).is_ok());
    let earned = ms(hour).as_nanos() / interval.as_nanos();
    assert_eq!(
        given.count() as u128,
        4 + earned,
        "four at first, and one for each whole interval of the hour"
    );
}

/// A clock that goes back: no panic, and no second helping of the same time.
#[test]
fn time_that_goes_back_earns_nothing() {
    let bucket = TokenBucket::new(2, ms(10));
    let mut taken = Vec::new();
    // The two clocks of two threads, one of them 20 ms late.
    for round in 0..50 {
        for now in [ms(100 + 5 * round), ms(80 + 5 * round)] {
            while bucket.try_take(1, now).is_ok() {
                taken.push(now);
                assert!(taken.len() < 1_000, "there is no end of tokens");
            }
        }
    }
    assert_eq!(
        overdrawn(&mut taken, 2, ms(10)),
        None,
        "(from, to, tokens given, tokens that there were): the same time was paid for twice"
    );
    assert!(taken.len() >= 26, "only {} tokens in 245 ms", taken.len());
}

/// A late caller pays from the same bucket, and what it leaves is right for the others.
#[test]
fn a_late_clock_takes_what_was_left_then() {
    let bucket = TokenBucket::new(2, ms(10));
    bucket.try_take(1, ms(0)).expect("two are there");
    assert_eq!(
        bucket.try_take(1, ms(10)),
        Ok(()),
        "the bucket is full again"
    );
    assert!(
        bucket.try_take(1, ms(0)).is_err(),
        "at 0 ms there were two, and two have been taken"
    );
    assert_eq!(bucket.try_take(1, ms(10)), Ok(()), "the burst's other half");
    assert!(bucket.try_take(1, ms(10)).is_err(), "three in 10 ms is all");
}

/// The same for a caller whose clock is late: it waits until the bucket has what it wants, however long that is by its clock.
#[test]
fn a_late_caller_is_told_the_truth() {
    for (tokens, now) in [(1, 0), (2, 0), (3, 0), (1, 109), (3, 95), (1, 119)] {
        let bucket = TokenBucket::new(3, ms(10));
        bucket.try_take(3, ms(100)).expect("three are there");
        let now = ms(now);
        let expected = ms(100 + 10 * u64::from(tokens)).saturating_sub(now);
        let answer = bucket.try_take(tokens, now);
        if expected.is_zero() {
            assert_eq!(answer, Ok(()), "{tokens} at {now:?}");
            continue;
        }
        assert_eq!(
            answer,
            Err(Refused::Wait(expected)),
            "{tokens} at {now:?}, and all three were taken at 100 ms"
        );
        assert_eq!(
            bucket.try_take(tokens, now + expected),
            Ok(()),
            "{tokens} at {now:?}: it has waited as long as it was told"
        );
    }
}

/// Numbers: a wait may be long, and is not cut to what a small number holds.
#[test]
fn a_long_wait_is_told_in_full() {
    let year = Duration::from_secs(31_556_952);
    for interval in [Duration::from_secs(10), year, year * 140] {
        let bucket = TokenBucket::new(2, interval);
        bucket.try_take(2, ms(0)).expect("two are there");
        assert_eq!(bucket.try_take(1, ms(0)), Err(Refused::Wait(interval)));
        assert_eq!(bucket.try_take(2, ms(0)), Err(Refused::Wait(interval * 2)));
        assert_eq!(bucket.available(interval - Duration::from_nanos(1)), 0);
        assert_eq!(bucket.available(interval), 1);
    }
}

/// No tokens at all are always there, in a full bucket and an empty one, early and late; and nothing is taken.
#[test]
fn nothing_can_always_be_taken() {
    let bucket = TokenBucket::new(2, ms(10));
    assert_eq!(bucket.try_take(0, ms(500)), Ok(()), "of a full bucket");
    bucket.try_take(2, ms(500)).expect("two are there");
    for now in [500, 499, 0, 1_000] {
        assert_eq!(bucket.try_take(0, ms(now)), Ok(()), "nothing, at {now} ms");
    }
    assert_eq!(bucket.available(ms(519)), 1, "nothing was taken");
    assert_eq!(bucket.available(ms(520)), 2, "nothing was taken");
}

/// Numbers: who looks with a clock that is far behind, or far ahead, sees what there is, and no remainder of a large number.
#[test]
fn available_is_right_far_from_now() {
    let year = Duration::from_secs(31_556_952);
    for interval in [Duration::from_nanos(1), ms(10), year] {
        let bucket = TokenBucket::new(3, interval);
        bucket.try_take(3, year * 200).expect("three are there");
        for past in [Duration::ZERO, ms(1), year, year * 100, year * 199] {
            assert_eq!(
                bucket.available(past),
                0,
                "three were taken in the year 200, and somebody looks at {past:?}"
            );
        }
        assert_eq!(bucket.available(year * 250), 3);
        assert_eq!(bucket.available(Duration::MAX), 3);
    }
    let large = TokenBucket::new(u32::MAX, Duration::from_nanos(2));
    assert_eq!(large.available(ms(0)), u32::MAX);
    assert_eq!(large.try_take(u32::MAX, ms(0)), Ok(()));
    assert_eq!(large.available(Duration::from_nanos(5)), 2);
}

/// Numbers at the edge: more tokens than there ever are is a refusal of its own kind, not an overflow.
#[test]
fn more_than_the_burst_is_never_given() {
    let bucket = TokenBucket::new(3, Duration::from_secs(1_000_000_000));
    for tokens in [4, u32::MAX] {
        assert_eq!(
            bucket.try_take(tokens, ms(0)),
            Err(Refused::TooMany),
            "no wait helps who wants {tokens} of 3"
        );
    }
    assert_eq!(bucket.try_take(3, ms(0)), Ok(()), "and nothing was taken");
}

/// Numbers at the edge: a moment beyond what 64 bits of nanoseconds can hold is late, not early.
#[test]
fn the_far_future_is_not_the_past() {
    let year = Duration::from_secs(31_556_952);
    let bucket = TokenBucket::new(3, ms(10));
    bucket.try_take(3, year * 200).expect("three are there");
    for future in [year * 700, Duration::MAX] {
        let given = (0..5)
            .filter(|_| bucket.try_take(1, future).is_ok())
            .count();
        assert!(
            given <= 3,
            "{given} tokens at once from a bucket for 3, in the year {}",
            future.as_secs() / year.as_secs()
        );
        if future < Duration::MAX {
            assert_eq!(
                given, 3,
                "500 years have passed, and the bucket is not full"
            );
        }
    }
}

/// What is there is what can be taken.
#[test]
fn available_says_what_can_be_taken() {
    let bucket = TokenBucket::new(3, ms(10));
    assert_eq!(bucket.available(ms(100)), 3, "a new bucket is full");
    bucket.try_take(3, ms(100)).expect("three are there");
    for (now, expected) in [
        (50, 0),
        (100, 0),
        (109, 0),
        (110, 1),
        (129, 2),
        (130, 3),
        (999, 3),
    ] {
        assert_eq!(bucket.available(ms(now)), expected, "at {now} ms");
    }
}

/// A bucket that could never give a token, or would never refuse one, is not made.
#[test]
fn a_bucket_that_cannot_work_is_refused() {
    let year = Duration::from_secs(31_556_952);
    for (burst, interval) in [(0, ms(1)), (1, ms(0)), (2, year * 147), (1, Duration::MAX)] {
        assert!(
            catch_unwind(|| TokenBucket::new(burst, interval)).is_err(),
            "{burst} tokens, one each {interval:?}"
        );
    }
    TokenBucket::new(2, year * 146);
    TokenBucket::new(u32::MAX, Duration::from_secs(2));
}

/// One bucket for all threads.
#[test]
fn threads_may_share_a_bucket() {
    assert!(impls!(TokenBucket: Send & Sync));
}
