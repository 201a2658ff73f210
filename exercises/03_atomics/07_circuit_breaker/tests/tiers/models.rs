//! Every schedule of a small world, explored by `lanes`.
//!
//! The clock stands still and the cool-down is 0 ms: whoever finds the breaker open may be the probe.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use crate::sync::{thread, waits_in};

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/circuit_breaker.rs"
    ));
}
use source::{CircuitBreaker, Settings, State};

/// A closed breaker.
fn closed(window: u32, budget: u32) -> Arc<CircuitBreaker> {
    let settings = Settings {
        window,
        budget,
        cool_down: Duration::ZERO,
    };
    Arc::new(CircuitBreaker::new(settings, || Duration::ZERO))
}

/// A breaker that failures have opened, as many as the budget and one.
fn open(window: u32, budget: u32) -> Arc<CircuitBreaker> {
    let breaker = closed(window, budget);
    for _ in 0..=budget {
        breaker.admit().expect("it is closed").failure();
    }
    breaker
}

/// open → half-open: of all that see the cool-down over, one is the probe.
#[test]
fn one_of_two_is_the_probe() {
    lanes::model(|| {
        let breaker = open(1, 0);
        let other = thread::spawn({
            let breaker = Arc::clone(&breaker);
            // Forgotten, so never over: whoever comes second must be rejected.
            move || breaker.admit().map(mem::forget).is_ok()
        });
        let mine = breaker.admit().map(mem::forget).is_ok();
        let theirs = other.join().unwrap();
        assert!(
            !(mine && theirs),
            "two probes at once: exactly one call may find out whether it works again"
        );
        assert!(
            mine || theirs,
            "the cool-down is over, yet neither of two was admitted"
        );
    });
}

/// report → report: two results at the same time are two results.
#[test]
fn two_failures_at_once_both_count() {
    lanes::model(|| {
        let breaker = closed(2, 1);
        let mine = breaker.admit().expect("it is closed");
        let other = thread::spawn({
            let breaker = Arc::clone(&breaker);
            move || breaker.admit().expect("one failure is allowed").failure()
        });
        mine.failure();
        other.join().unwrap();
        assert_eq!(
            breaker.state(),
            State::Open,
            "two failures, one allowed, and the breaker has not opened: one of them is lost"
        );
    });
}

/// report → report: a success beside a failure does not wipe it out.
#[test]
fn a_failure_is_kept_beside_a_success() {
    lanes::model(|| {
        let breaker = closed(3, 1);
        let mine = breaker.admit().expect("it is closed");
        let other = thread::spawn({
            let breaker = Arc::clone(&breaker);
            move || breaker.admit().expect("one failure is allowed").success()
        });
        mine.failure();
        other.join().unwrap();
        breaker.admit().expect("one failure is allowed").failure();
        assert_eq!(
            breaker.state(),
            State::Open,
            "two failures of three results, one allowed, and the breaker has not opened: one is lost"
        );
    });
}

/// Epochs: a success that comes while the breaker opens, and while the probe is out, is not the probe's.
#[test]
fn a_late_success_never_closes() {
    lanes::model(|| {
        let breaker = closed(1, 0);
        let late = breaker.admit().expect("it is closed");
        let other = thread::spawn({
            let breaker = Arc::clone(&breaker);
            move || {
                breaker.admit().expect("nothing has failed yet").failure();
                let probe = breaker.admit().expect("the cool-down is over");
                assert_eq!(
                    breaker.admit().err().map(|rejected| rejected.to_string()),
                    Some(source::Rejected::Probing.to_string()),
                    "the probe is out, and a call is admitted: a late success has closed the breaker"
                );
                mem::forget(probe);
            }
        });
        late.success();
        other.join().unwrap();
        assert_eq!(
            breaker.state(),
            State::HalfOpen,
            "the probe is out: a late success has changed the breaker"
        );
    });
}

/// Epochs: a failure that comes while the breaker closes is not held against what comes after.
#[test]
fn a_breaker_that_has_closed_begins_with_nothing() {
    lanes::model(|| {
        let breaker = closed(2, 1);
        let late = breaker.admit().expect("it is closed");
        breaker.admit().expect("it is closed").failure();
        let other = thread::spawn({
            let breaker = Arc::clone(&breaker);
            move || {
                // The second failure, or a failed probe if the late one was the second.
                breaker.admit().expect("closed, or cooled down").failure();
                breaker.admit().expect("the cool-down is over").success();
            }
        });
        late.failure();
        other.join().unwrap();
        assert_eq!(breaker.state(), State::Closed, "the probe went well");
        breaker.admit().expect("it has closed").failure();
        assert_eq!(
            breaker.state(),
            State::Closed,
            "one failure since it closed, and one is allowed: does one from before count, too?"
        );
    });
}

/// half-open → the next: whoever comes while a probe ends is rejected, or admitted, and nobody is shut out for ever.
#[test]
fn after_the_probe_there_is_a_next_call() {
    lanes::model(|| {
        let breaker = open(1, 0);
        let other = thread::spawn({
            let breaker = Arc::clone(&breaker);
            move || {
                if let Ok(probe) = breaker.admit() {
                    probe.abandon();
                }
            }
        });
        if let Ok(probe) = breaker.admit() {
            probe.abandon();
        }
        other.join().unwrap();
        assert!(
            breaker.admit().is_ok(),
            "every probe has been given up, and the next call is rejected: who would ever find out?"
        );
    });
}

/// half-open → closed: the permits after the closing are of the new epoch, under every schedule.
#[test]
fn who_is_admitted_after_the_probe_counts() {
    lanes::model(|| {
        let breaker = open(1, 0);
        let probe = breaker.admit().expect("the cool-down is over");
        let other = thread::spawn({
            let breaker = Arc::clone(&breaker);
            move || breaker.admit().map(|permit| permit.failure()).is_ok()
        });
        probe.success();
        let failed = other.join().unwrap();
        assert_eq!(
            breaker.state(),
            if failed { State::Open } else { State::Closed },
            "left: the state; right: what follows from who was admitted"
        );
    });
}

/// However often somebody else is faster, a report goes on until it is in the word, or late.
#[test]
fn a_report_does_not_give_up() {
    lanes::model(|| {
        let breaker = closed(40, 5);
        let mine = breaker.admit().expect("it is closed");
        let others = thread::spawn({
            let breaker = Arc::clone(&breaker);
            move || {
                for _ in 0..5 {
                    breaker
                        .admit()
                        .expect("five failures are allowed")
                        .failure();
                }
            }
        });
        mine.failure();
        others.join().unwrap();
        assert_eq!(
            breaker.state(),
            State::Open,
            "six failures, five allowed, and the breaker has not opened: a report has given up"
        );
    });
}

/// Never blocks: beside a call that changes nothing, there is nothing that anybody could wait for.
#[test]
fn nobody_waits_for_anybody() {
    lanes::model(|| {
        let waits = waits_in(|| {
            let breaker = closed(2, 1);
            let other = thread::spawn({
                let breaker = Arc::clone(&breaker);
                move || breaker.admit().expect("it is closed").abandon()
            });
            breaker.admit().expect("it is closed").failure();
            let _ = breaker.state();
            other.join().unwrap();
        });
        assert_eq!(
            waits, 0,
            "one of two calls was given up and changed nothing, and somebody waited: is there a lock, or a flag that is one?"
        );
    });
}
