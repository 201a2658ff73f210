//! What one thread can see, on a clock that the test moves.

use std::panic::catch_unwind;
use std::time::Duration;

use circuit_breaker::{CircuitBreaker, Permit, Rejected, Settings, State};
use impls::impls;
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::together;

use crate::TestClock;

/// A breaker with a cool-down of 100 ms, and its clock.
fn breaker(window: u32, budget: u32) -> (CircuitBreaker, TestClock) {
    let clock = TestClock::default();
    clock.advance(5_000);
    let settings = Settings {
        window,
        budget,
        cool_down: Duration::from_millis(100),
    };
    (CircuitBreaker::new(settings, clock.reading()), clock)
}

/// A breaker that one failure has opened at 5,000 ms.
fn opened() -> (CircuitBreaker, TestClock) {
    let (breaker, clock) = breaker(1, 0);
    admit(&breaker).failure();
    (breaker, clock)
}

#[track_caller]
fn admit(breaker: &CircuitBreaker) -> Permit<'_> {
    breaker
        .admit()
        .unwrap_or_else(|rejected| panic!("a call should be admitted: {rejected}"))
}

/// Makes a call for each letter: `o` goes well, `x` fails. Says how many were admitted.
fn calls(breaker: &CircuitBreaker, results: &str) -> usize {
    let admitted = results.chars().map_while(|result| {
        let permit = breaker.admit().ok()?;
        if result == 'o' {
            permit.success();
        } else {
            permit.failure();
        }
        Some(())
    });
    admitted.count()
}

/// Closed: everybody may call, at the same time, too.
#[test]
fn a_closed_breaker_admits_everybody() {
    let (breaker, _) = breaker(5, 2);
    let permits = [admit(&breaker), admit(&breaker), admit(&breaker)];
    assert!(
        permits.iter().all(|permit| !permit.is_probe()),
        "a probe is the one call of a half-open breaker"
    );
    for permit in permits {
        permit.success();
    }
    assert_eq!(calls(&breaker, "oooooooooo"), 10);
    assert_eq!(breaker.state(), State::Closed);
}

/// The budget: so many failures are tolerated, and the next one opens, at once.
#[test]
fn opens_with_the_failure_that_exceeds_the_budget() {
    for (window, budget, results, expected) in [
        (1, 0, "xo", 1),
        (5, 2, "xxxo", 3),
        (5, 2, "xxoxo", 4),
        (40, 39, &"x".repeat(41), 40),
    ] {
        let (breaker, _) = breaker(window, budget);
        assert_eq!(
            calls(&breaker, results),
            expected,
            "calls admitted of {results}, with {budget} failures of {window} allowed"
        );
        assert_eq!(breaker.state(), State::Open);
    }
}

/// The window slides: what counts are the last results, wherever a stretch of them begins.
#[test]
fn the_window_slides_over_the_results() {
    // Two of any four may fail. A window that starts anew every four results would miss these three.
    let (straddling, _) = breaker(4, 2);
    assert_eq!(
        calls(&straddling, "ooxxxo"),
        5,
        "three failures in a row, two at the end of one window and one at the beginning of the next"
    );
    let (forgiving, _) = breaker(4, 2);
    assert_eq!(
        calls(&forgiving, "xxooxxooxxoo"),
        12,
        "never more than two of four: a failure that has left the window counts no longer"
    );
}

/// A success is one result among others. It does not wipe out the failures before it.
#[test]
fn a_success_does_not_clear_the_window() {
    let (breaker, _) = breaker(10, 2);
    assert_eq!(
        calls(&breaker, "xoxoxo"),
        5,
        "three failures of five calls, and two of ten may fail"
    );
}

/// Open: nobody calls, and everybody learns for how long.
#[test]
fn an_open_breaker_rejects_until_the_cool_down_is_over() {
    let (breaker, clock) = opened();
    let rejected = |wait| {
        let wait = Duration::from_millis(wait);
        Some(Rejected::Open { wait })
    };
    assert_eq!(breaker.admit().err(), rejected(100));
    clock.advance(99);
    assert_eq!(breaker.admit().err(), rejected(1));
    clock.advance(1);
    assert!(
        admit(&breaker).is_probe(),
        "the cool-down is over: a probe may go"
    );
}

/// The clock goes back: the breaker stays open for longer, and nothing breaks.
#[test]
fn a_clock_that_goes_back_keeps_it_open() {
    let (breaker, clock) = opened();
    clock.set(0);
    assert!(breaker.admit().is_err(), "opened at 5 s, and now it is 0 s");
    admit_probe_at(&breaker, &clock, 5_100).success();
    assert_eq!(breaker.state(), State::Closed);
}

fn admit_probe_at<'a>(breaker: &'a CircuitBreaker, clock: &TestClock, ms: u64) -> Permit<'a> {
    clock.set(ms);
    let permit = admit(breaker);
    assert!(
        permit.is_probe(),
        "the first call after the cool-down is the probe"
    );
    permit
}

/// Half-open: one probe, and nobody beside it.
#[test]
fn one_probe_and_nobody_beside_it() {
    let (breaker, clock) = opened();
    let probe = admit_probe_at(&breaker, &clock, 5_100);
    assert_eq!(breaker.state(), State::HalfOpen);
    assert_eq!(
        breaker.admit().err(),
        Some(Rejected::Probing),
        "a second call while the probe is out"
    );
    clock.advance(1_000);
    assert!(breaker.admit().is_err(), "however long the probe takes");
    probe.success();
    assert_eq!(breaker.state(), State::Closed, "the probe went well");
}

/// The probe fails: open again, for a whole cool-down from now.
#[test]
fn a_failed_probe_opens_again() {
    let (breaker, clock) = opened();
    let probe = admit_probe_at(&breaker, &clock, 5_150);
    clock.set(5_170);
    probe.failure();
    clock.set(5_269);
    assert!(
        breaker.admit().is_err(),
        "the probe failed at 5170 ms, so the breaker is open until 5270 ms"
    );
    admit_probe_at(&breaker, &clock, 5_270).success();
}

/// The probe is given up: nothing was learnt, and nothing is lost.
#[test]
fn after_an_abandoned_probe_the_next_caller_is_the_probe() {
    let (breaker, clock) = opened();
    admit_probe_at(&breaker, &clock, 5_100).abandon();
    assert_ne!(breaker.state(), State::Closed, "nobody has called yet");
    admit_probe_at(&breaker, &clock, 5_100).success();
    assert_eq!(breaker.state(), State::Closed);
}

/// A call that was given up is no result, in either direction.
#[test]
fn an_abandoned_call_counts_for_nothing() {
    let (breaker, _) = breaker(2, 1);
    admit(&breaker).failure();
    for _ in 0..5 {
        admit(&breaker).abandon();
    }
    assert_eq!(
        breaker.state(),
        State::Closed,
        "one failure, and one is allowed"
    );
    admit(&breaker).failure();
    assert_eq!(
        breaker.state(),
        State::Open,
        "two failures, one after the other: the calls between them were never made"
    );
}

/// A breaker that has closed again begins with a clean window.
#[test]
fn closing_forgets_the_failures_before() {
    let (breaker, clock) = breaker(10, 2);
    assert_eq!(calls(&breaker, "xxx"), 3);
    clock.advance(100);
    admit(&breaker).success();
    assert_eq!(
        calls(&breaker, "xxo"),
        3,
        "two failures since it closed, and two are allowed: the old ones are over"
    );
    assert_eq!(breaker.state(), State::Closed);
}

/// Epochs: what was begun before the breaker opened says nothing about what came after.
#[test]
fn a_late_success_does_not_close() {
    let (breaker, clock) = breaker(1, 0);
    let [slow, slower] = [admit(&breaker), admit(&breaker)];
    admit(&breaker).failure();
    slow.success();
    assert_eq!(
        breaker.state(),
        State::Open,
        "a call from before the failure went well, and that is no news"
    );
    let probe = admit_probe_at(&breaker, &clock, 5_100);
    slower.success();
    assert_eq!(
        breaker.state(),
        State::HalfOpen,
        "a late success from before the failure stands in for the probe"
    );
    probe.failure();
    assert_eq!(breaker.state(), State::Open);
}

/// Epochs, the other way round: an old failure is no news either.
#[test]
fn a_late_failure_does_not_open() {
    let (breaker, clock) = breaker(1, 0);
    let late = [admit(&breaker), admit(&breaker), admit(&breaker)];
    admit(&breaker).failure();
    let [while_open, while_half_open, while_closed] = late;
    clock.advance(60);
    while_open.failure();
    let probe = admit_probe_at(&breaker, &clock, 5_100);
    while_half_open.failure();
    assert_eq!(
        breaker.state(),
        State::HalfOpen,
        "a late failure from before the opening stands in for the probe"
    );
    probe.success();
    while_closed.failure();
    assert_eq!(
        breaker.state(),
        State::Closed,
        "a late failure from before the opening counts against what came after the closing"
    );
}

/// Silence is a failure: a permit that goes out of scope reports one, on the way that you forgot.
#[test]
fn a_dropped_permit_is_a_failure() {
    fn parse(breaker: &CircuitBreaker, text: &str) -> Result<u32, std::num::ParseIntError> {
        let permit = admit(breaker);
        let number = text.parse()?;
        permit.success();
        Ok(number)
    }

    let (breaker, _) = breaker(1, 0);
    assert_eq!(parse(&breaker, "7"), Ok(7));
    assert_eq!(breaker.state(), State::Closed);
    assert!(parse(&breaker, "seven").is_err());
    assert_eq!(
        breaker.state(),
        State::Open,
        "`?` has left the function before any verdict: what does `Drop for Permit` do?"
    );
}

/// A probe that panics is a probe that failed. The breaker does not wait for it for ever.
#[test]
fn a_probe_that_panics_opens_again() {
    let (breaker, clock) = opened();
    clock.advance(100);
    let panic = panic_of(|| {
        let probe = admit(&breaker);
        assert!(probe.is_probe());
        panic_with("in the call");
    });
    assert_eq!(panic, Some(Panic("in the call")));
    assert_eq!(
        breaker.state(),
        State::Open,
        "the probe panicked: a breaker that stays half-open waits for a result that never comes"
    );
    assert_eq!(
        breaker.admit().err(),
        Some(Rejected::Open {
            wait: Duration::from_millis(100)
        }),
        "the probe panicked, which is a failure: a whole cool-down begins"
    );
    clock.advance(100);
    admit(&breaker).success();
    assert_eq!(breaker.state(), State::Closed);
}

/// A probe that is left by `?` is a probe that failed, too: a whole cool-down begins.
#[test]
fn a_probe_that_is_dropped_opens_again() {
    let (breaker, clock) = opened();
    clock.advance(100);
    drop(admit(&breaker));
    clock.advance(99);
    assert_eq!(
        breaker.admit().err(),
        Some(Rejected::Open {
            wait: Duration::from_millis(1)
        }),
        "the probe was dropped without a word, which is a failure: a whole cool-down begins"
    );
    clock.advance(1);
    assert!(admit(&breaker).is_probe());
}

/// Epochs, for those who give up: a late `abandon` is no news, whatever the breaker is doing.
#[test]
fn a_late_abandon_changes_nothing() {
    let (breaker, clock) = breaker(1, 0);
    let late = [admit(&breaker), admit(&breaker), admit(&breaker)];
    admit(&breaker).failure();
    let [while_open, while_half_open, while_closed] = late;
    while_open.abandon();
    assert!(
        breaker.admit().is_err(),
        "a call from before the opening was given up, and the cool-down with it"
    );
    let probe = admit_probe_at(&breaker, &clock, 5_100);
    while_half_open.abandon();
    assert_eq!(
        breaker.admit().err(),
        Some(Rejected::Probing),
        "a call from before the opening was given up, and stands in for the probe"
    );
    probe.success();
    while_closed.abandon();
    assert_eq!(breaker.state(), State::Closed);
}

/// In a destructor during a panic, a verdict is what the permit says: the panic is somebody else's.
#[test]
fn a_verdict_counts_during_a_panic() {
    let (breaker, clock) = breaker(2, 0);
    admit(&breaker).success();
    admit(&breaker).abandon(); // what is not written yet should say so here, and not while we unwind
    let mut earlier = [Some(admit(&breaker)), Some(admit(&breaker))];
    let mut outlives = None;
    let panic = panic_of(|| {
        let _cleanup = DuringAPanic(|| {
            let [good, given_up] = earlier.each_mut().map(Option::take);
            if let (Some(good), Some(given_up)) = (good, given_up) {
                good.success();
                given_up.abandon();
            }
            if let Ok(permit) = breaker.admit() {
                permit.success();
            }
            outlives = breaker.admit().ok();
        });
        panic_with("the scope");
    });
    assert_eq!(panic, Some(Panic("the scope")));
    assert_eq!(
        breaker.state(),
        State::Closed,
        "two calls went well and one was given up, in a destructor during a panic: no failure is among them"
    );
    drop(outlives);
    assert_eq!(
        breaker.state(),
        State::Open,
        "a permit was issued during a panic, and dropped without a word when that was over: that is a failure"
    );
    clock.advance(100);
    assert!(admit(&breaker).is_probe());
}

/// Numbers: the longest cool-down is long, and those that do not fit into the word are no shorter.
#[test]
fn the_longest_cool_down_is_not_the_shortest() {
    let year = 31_556_952_000;
    for cool_down in [
        Duration::MAX,
        Duration::from_millis(u64::MAX),
        Duration::from_millis(u64::MAX) + Duration::from_millis(1),
        Duration::from_millis(1 << 40),
    ] {
        let clock = TestClock::default();
        let settings = Settings {
            window: 1,
            budget: 0,
            cool_down,
        };
        let breaker = CircuitBreaker::new(settings, clock.reading());
        let panic = catch_unwind(std::panic::AssertUnwindSafe(|| admit(&breaker).failure()));
        assert!(
            panic.is_ok(),
            "a failure, with a cool-down of {cool_down:?}, and the report panicked"
        );
        for ms in [0, 1_000, year, 34 * year] {
            clock.set(ms);
            assert!(
                breaker.admit().is_err(),
                "a cool-down of {cool_down:?}, and after {ms} ms it is over: is it cut to fewer bits?"
            );
        }
    }
}

/// Numbers: near the end of the clock's 34 years a cool-down ends with them, and does not begin again at 0.
#[test]
fn a_cool_down_near_the_end_of_time_is_one() {
    let (breaker, clock) = breaker(1, 0);
    clock.set((1 << 40) - 60);
    admit(&breaker).failure();
    assert!(
        breaker.admit().is_err(),
        "opened 60 ms before the end of 34 years, for 100 ms, and a probe may go at once: does the sum wrap round?"
    );
    clock.set((1 << 40) + 40);
    admit(&breaker).success();
    assert_eq!(breaker.state(), State::Closed);
}

/// A clock that moves on between two looks: what was not over at the first may be over at the second, and that is no reason to
/// panic, nor to tell somebody to wait for longer than the cool-down is.
#[test]
fn a_clock_may_move_on_between_two_looks() {
    for step in [1, 7, 30, 60, 99, 150] {
        let looks = std::sync::atomic::AtomicU64::new(0);
        let settings = Settings {
            window: 1,
            budget: 0,
            cool_down: Duration::from_millis(100),
        };
        let breaker = CircuitBreaker::new(settings, move || {
            let looks = looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Duration::from_millis(looks * step)
        });
        admit(&breaker).failure();
        let mut admitted = false;
        for _ in 0..200 {
            match breaker.admit() {
                Ok(probe) => {
                    admitted = probe.is_probe();
                    probe.success();
                    break;
                }
                Err(Rejected::Open { wait }) => assert!(
                    !wait.is_zero() && wait <= Duration::from_millis(100),
                    "told to wait for {wait:?}, in a cool-down of 100 ms, on a clock that moves by {step} ms with each look"
                ),
                Err(Rejected::Probing) => panic!("there is no probe yet"),
            }
        }
        assert!(
            admitted,
            "the cool-down was over, on a clock that moves by {step} ms with each look"
        );
    }
}

/// Lets a closed breaker change its state so many times, and close again: 3 or more.
fn change(breaker: &CircuitBreaker, clock: &TestClock, mut changes: u32) {
    while changes > 0 {
        admit(breaker).failure();
        clock.advance(100);
        while !changes.is_multiple_of(3) {
            admit(breaker).abandon(); // half-open, and open again
            changes -= 2;
        }
        admit(breaker).success();
        changes -= 3;
    }
}

/// Epochs: a report is late, however many changes lie between, and not only after a few.
#[test]
fn a_report_is_late_after_any_number_of_changes() {
    let (breaker, clock) = breaker(1, 0);
    for changes in [
        3,
        6,
        16,
        32,
        64,
        128,
        256,
        512,
        1 << 10,
        1 << 12,
        1 << 15,
        1 << 16,
        1 << 17,
    ] {
        let late = admit(&breaker);
        change(&breaker, &clock, changes);
        assert_eq!(breaker.state(), State::Closed);
        late.failure();
        assert_eq!(
            breaker.state(),
            State::Closed,
            "a failure from {changes} changes ago counts: how many bits has the epoch of a permit?"
        );
    }
}

/// Epochs wrap round. A report from just before that is late all the same, though its number is the larger one.
#[test]
fn a_report_from_before_the_epochs_wrap_round_is_late() {
    let (breaker, clock) = breaker(1, 0);
    let breaker: &'static CircuitBreaker = Box::leak(Box::new(breaker));
    together(1, 64, {
        let clock = clock.clone();
        move |_thread, _round| change(breaker, &clock, (1 << 16) - 1)
    });
    // 64 changes before the first epoch comes again.
    let late = [(); 2].map(|()| admit(breaker));
    change(breaker, &clock, 66);
    for late in late {
        late.failure();
        assert_eq!(
            breaker.state(),
            State::Closed,
            "a failure from before the epochs wrapped round counts: is a late report one with a smaller number?"
        );
    }
}

/// A verdict is given once: a success is not followed by the failure of a forgotten permit.
#[test]
fn a_success_is_one_result() {
    let (breaker, _) = breaker(4, 0);
    assert_eq!(
        calls(&breaker, "oooo"),
        4,
        "a success, and then the breaker opened: did the drop report as well?"
    );
}

/// A failure is one result, and not two.
#[test]
fn a_failure_is_one_result() {
    let (breaker, _) = breaker(4, 1);
    admit(&breaker).failure();
    assert_eq!(
        breaker.state(),
        State::Closed,
        "one failure, and one is allowed: did the drop report as well?"
    );
}

/// 34 years on, the word has no room for the time. Nothing is shut for ever.
#[test]
fn the_end_of_time_is_not_the_end_of_calls() {
    let (breaker, clock) = breaker(1, 0);
    clock.set(u64::MAX);
    admit(&breaker).failure();
    admit(&breaker).success();
    assert_eq!(breaker.state(), State::Closed);
}

/// A breaker begins closed.
#[test]
fn a_new_breaker_is_closed() {
    let (breaker, _) = breaker(3, 1);
    assert_eq!(breaker.state(), State::Closed);
}

/// A breaker that could never open, or that has more to remember than there is room for, is not made.
#[test]
fn a_breaker_that_cannot_work_is_refused() {
    for (window, budget) in [(0, 0), (41, 1), (3, 3), (u32::MAX, 1)] {
        assert!(
            catch_unwind(|| breaker(window, budget)).is_err(),
            "{budget} failures of {window} allowed"
        );
    }
}

/// One breaker for all threads, and a call may end on another thread than it began.
#[test]
fn threads_may_share_a_breaker_and_take_permits_with_them() {
    assert!(impls!(CircuitBreaker: Send & Sync));
    assert!(impls!(Permit<'static>: Send));
}
