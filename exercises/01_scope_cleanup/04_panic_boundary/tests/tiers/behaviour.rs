//! What one thread sees, and how several jobs keep out of each other's way.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::memory::growth;
use lanes::panics::DuringAPanic;
use lanes::stress::finishes;
use panic_boundary::{Budget, Job, NOT_TEXT, Outcome, Panicked, Shared, Supervisor};

use crate::{ExactClock, NEVER_STOPPED, TestClock, flaky, panic_with, panicking};

const MINUTE: Duration = Duration::from_secs(60);

/// A supervisor that restarts `restarts` times in the first minute, which never ends.
fn supervisor(restarts: usize) -> Arc<Supervisor> {
    let budget = Budget::new(restarts, MINUTE, TestClock::default().reading());
    Arc::new(Supervisor::new(budget))
}

/// Runs a job, and says so if its panic comes through: the panics of these tests print nothing themselves.
#[track_caller]
fn run<T>(supervisor: &Supervisor, job: Job<T>) -> Outcome<T> {
    catch_unwind(AssertUnwindSafe(|| supervisor.run(job))).unwrap_or_else(|_| {
        panic!("a panic came out of `run`: where is the boundary round the job?")
    })
}

/// A caught panic with this payload.
fn caught(payload: impl std::any::Any + Send) -> Panicked {
    Panicked {
        payload: Box::new(payload),
    }
}

/// What a job's panics said.
fn messages<T>(outcome: &Outcome<T>) -> Vec<&str> {
    outcome.panics.iter().map(Panicked::message).collect()
}

/// Payload: text is found in both of the forms in which `panic!` throws it.
#[test]
fn a_caught_panic_says_what_it_said() {
    assert_eq!(
        caught("disk full").message(),
        "disk full",
        "`panic!(\"disk full\")` throws a `&'static str`"
    );
    assert_eq!(
        caught(String::from("3 left")).message(),
        "3 left",
        "`panic!(\"{{n}} left\")` throws a `String`"
    );
    assert_eq!(
        caught(7).message(),
        NOT_TEXT,
        "a payload can be anything: 7, for example"
    );
}

/// State: what one change leaves, the next one finds.
#[test]
fn a_shared_state_keeps_its_changes() {
    let numbers = Shared::new(Vec::new);
    numbers.with(|numbers| numbers.push(1));
    let length = numbers.with(|numbers| {
        numbers.push(2);
        numbers.len()
    });
    assert_eq!(length, 2, "`with` returns what the change returned");
    assert_eq!(
        numbers.with(|numbers| numbers.clone()),
        [1, 2],
        "a change is lost: does `with` put the state back?"
    );
}

/// State: a panic half-way through a change is passed on, and what it left is not used again.
#[test]
fn a_half_changed_state_is_thrown_away() {
    let pair = Shared::new(|| (0, 0));
    pair.with(|pair| *pair = (1, 1));
    let panicked = catch_unwind(|| {
        pair.with(|pair| {
            pair.0 = 2;
            panic_with("between the two halves");
        })
    });
    let payload = panicked.expect_err("`with` panics where the change does");
    if payload.downcast_ref() != Some(&"between the two halves") {
        resume_unwind(payload);
    }

    let seen = finishes("a `with` after one that panicked", move || {
        catch_unwind(|| pair.with(|pair| *pair)).ok()
    });
    let seen = seen.expect(
        "one change panicked, and now every `with` does: what do you do with a poisoned lock?",
    );
    assert_ne!(
        seen,
        (2, 1),
        "torn: half of the change that panicked is still there"
    );
    assert_eq!(seen, (0, 0), "after a panic the state begins as `fresh()`");
}

/// State: the panic itself does away with what it tore, and not the next one who comes.
#[test]
fn a_torn_state_is_dropped_by_the_panic() {
    let state = Shared::new(|| Item(1));
    let panicked = catch_unwind(|| state.with(|_| panic_with("a change")));
    assert!(panicked.is_err(), "`with` panics where the change does");
    assert_eq!(
        dropped(),
        [1],
        "the panic has left `with`, and the state that it tore is still there"
    );
    state.with(|_| ());
    drop(state);
    assert_eq!(
        dropped(),
        [1],
        "the fresh state is dropped once, with its owner"
    );
}

/// State: what makes a fresh one may panic, too; the next call tries again.
#[test]
fn a_fresh_state_that_panics_is_tried_again() {
    static TRIES: AtomicUsize = AtomicUsize::new(0);
    let fresh = || match TRIES.fetch_add(1, Ordering::Relaxed) {
        0 => panic_with("the first try"),
        tries => tries,
    };
    let state = Shared::new(fresh);
    let panicked = catch_unwind(|| state.with(|_| ()));
    assert!(panicked.is_err(), "`with` panics where `fresh` does");
    let second = finishes("a `with` after one whose `fresh` panicked", move || {
        catch_unwind(|| state.with(|tries| *tries)).ok()
    });
    assert_eq!(second, Some(1), "the second call asks `fresh` again");
}

/// In a destructor during a panic: a change that returns is kept, and a job that returns is no panic. The panic that
/// unwinds there is somebody else's.
#[test]
fn somebody_elses_panic_changes_nothing() {
    Shared::new(|| 0).with(|_| ()); // a `with` that panics is another test's concern
    let supervisor = supervisor(1);
    let _ = run(&supervisor, Job::new(0, || 1)); // as above
    let pair = Shared::new(|| (0, 0));
    pair.with(|pair| pair.0 = 1);
    let mut outcomes = Vec::new();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _cleanup = DuringAPanic(|| {
            pair.with(|pair| pair.1 = 2);
            outcomes.push(supervisor.run(Job::new(0, flaky(1))));
        });
        panic_with("the scope");
    }));
    assert!(panicked.is_err());
    assert_eq!(
        pair.with(|pair| *pair),
        (1, 2),
        "a change was made by a destructor during a panic, and it returned: it should be kept"
    );
    assert_eq!(
        outcomes[0].value, 2,
        "the job panicked once, and was restarted"
    );
    assert!(!outcomes[0].degraded);
}

/// Time: to the nanosecond.
#[test]
fn a_window_is_exact() {
    let clock = ExactClock::default();
    let budget = Budget::new(1, Duration::from_nanos(1_500_000_001), clock.reading());
    clock.set(Duration::from_nanos(999_999_999));
    assert!(budget.take(), "nothing is spent yet");
    clock.set(Duration::from_nanos(2_499_999_999));
    assert!(
        !budget.take(),
        "a nanosecond before the window is over: is the time counted in larger steps?"
    );
    clock.set(Duration::from_nanos(2_500_000_000));
    assert!(
        budget.take(),
        "the window is over, to the nanosecond: is the time counted in larger steps?"
    );
}

/// Time: a window longer than any clock runs, and one of no length.
#[test]
fn the_longest_and_the_shortest_windows() {
    let clock = ExactClock::default();
    clock.set(Duration::from_secs(5));
    let budget = Budget::new(1, Duration::MAX, clock.reading());
    assert!(budget.take());
    clock.set(Duration::MAX);
    assert!(
        !budget.take(),
        "granted at 5 s, for `Duration::MAX`: that is never over, and no reason to overflow"
    );
    let budget = Budget::new(1, Duration::from_secs(60), clock.reading());
    assert!(
        budget.take(),
        "granted at the last moment that a clock can show"
    );
    assert!(!budget.take(), "and it counts");

    let budget = Budget::new(1, Duration::ZERO, clock.reading());
    assert!(
        budget.take() && budget.take(),
        "a restart counts until just before its window is over: for no time at all"
    );
}

/// Time: a clock that is set back makes nothing of what was spent, and is no reason to panic.
#[test]
fn a_clock_that_is_set_back_forgets_no_restart() {
    let clock = ExactClock::default();
    clock.set(Duration::from_secs(100));
    let budget = Budget::new(1, MINUTE, clock.reading());
    assert!(budget.take());
    clock.set(Duration::from_secs(40));
    assert!(
        !budget.take(),
        "granted at 100 s, asked at 40 s of a clock that was set back: it counts until 160 s"
    );
}

/// Time: a clock that panics once costs that one call, and no restart.
#[test]
fn a_clock_that_panics_once_does_not_end_the_budget() {
    let looks = AtomicUsize::new(0);
    let budget = Budget::new(1, MINUTE, move || {
        if looks.fetch_add(1, Ordering::Relaxed) == 0 {
            panic_with("the clock");
        }
        Duration::ZERO
    });
    let panicked = catch_unwind(AssertUnwindSafe(|| budget.take()));
    assert!(
        panicked.is_err(),
        "the clock panicked, and nobody heard of it"
    );
    let later = finishes("a `take` after one whose clock panicked", move || {
        catch_unwind(AssertUnwindSafe(|| [budget.take(), budget.take()])).ok()
    });
    assert_eq!(
        later,
        Some([true, false]),
        "the clock panicked once, and nothing was granted then: what do you do with a poisoned lock?"
    );
}

/// What is left: a restart that no longer counts is forgotten.
#[test]
fn a_budget_does_not_grow() {
    let clock = ExactClock::default();
    let budget = Budget::new(3, Duration::from_nanos(2), clock.reading());
    let grown = growth(5_000, |round| {
        clock.set(Duration::from_nanos(round as u64));
        assert!(budget.take(), "at most two others count");
    });
    assert!(
        grown < 40_000,
        "5000 restarts were granted, of which two still count, and the budget has grown by {grown} bytes: who takes \
         the old ones off the list?"
    );
}

/// Numbers: a budget that is never spent is no reservation.
#[test]
fn a_budget_may_be_as_large_as_a_number() {
    let budget = Budget::new(usize::MAX, MINUTE, TestClock::default().reading());
    assert!((0..100).all(|_| budget.take()));
}

/// Budget: as many restarts as it says, and not one more.
#[test]
fn a_budget_is_spent_after_so_many_restarts() {
    let budget = Budget::new(2, MINUTE, TestClock::default().reading());
    let granted: Vec<_> = (0..4).map(|_| budget.take()).collect();
    assert_eq!(
        granted,
        [true, true, false, false],
        "a budget of 2 grants two restarts"
    );
    let none = Budget::new(0, MINUTE, TestClock::default().reading());
    assert!(!none.take(), "a budget of 0 grants nothing");
}

/// Budget: a restart stops counting when the window has moved past it, not sooner and not later.
#[test]
fn a_budget_fills_up_again_as_time_passes() {
    let clock = TestClock::default();
    let budget = Budget::new(1, MINUTE, clock.reading());
    assert!(budget.take(), "nothing is spent yet");
    clock.advance(59);
    assert!(
        !budget.take(),
        "at 59 s the restart at 0 s still counts: the window is 60 s"
    );
    clock.advance(1);
    assert!(
        budget.take(),
        "at 60 s the restart at 0 s no longer counts: who takes it off the list?"
    );
}

/// Budget: the window slides. No stretch of a minute, wherever it begins, sees more than its share.
#[test]
fn no_window_sees_more_restarts_than_the_budget() {
    let clock = TestClock::default();
    let budget = Budget::new(2, MINUTE, clock.reading());
    clock.advance(50);
    assert!(budget.take() && budget.take(), "two at 50 s");
    clock.advance(20);
    assert!(
        !budget.take(),
        "a third restart at 70 s, 20 s after two others: count the last 60 s, not the minutes of the clock"
    );
    clock.advance(39);
    assert!(
        !budget.take(),
        "a third restart at 109 s, 59 s after two others: a budget does not fill up drop by drop"
    );
    clock.advance(1);
    assert!(
        budget.take() && budget.take(),
        "at 110 s both restarts of 50 s are out of the window"
    );
    assert!(!budget.take(), "and two are all there is");
}

/// Budget: restarts leave the window one by one, each a window after it was granted.
#[test]
fn restarts_leave_the_window_one_by_one() {
    let clock = TestClock::default();
    let budget = Budget::new(2, MINUTE, clock.reading());
    assert!(budget.take(), "one at 0 s");
    clock.advance(50);
    assert!(budget.take(), "one at 50 s");
    clock.advance(10);
    assert!(
        budget.take(),
        "at 60 s the restart of 0 s is out of the window, and only the one of 50 s counts"
    );
    assert!(
        !budget.take(),
        "a second restart at 60 s: the one of 50 s still counts. Each has a window of its own"
    );
    clock.advance(50);
    assert!(budget.take(), "at 110 s the restart of 50 s is out, too");
    assert!(
        !budget.take(),
        "a second restart at 110 s: the one of 60 s still counts"
    );
}

/// Budget: who asks in vain, however often, does not put off the moment when it is granted.
#[test]
fn a_refused_restart_does_not_count() {
    let clock = TestClock::default();
    let budget = Budget::new(1, MINUTE, clock.reading());
    assert!(budget.take());
    for _ in 0..6 {
        clock.advance(10);
        let granted = budget.take();
        assert_eq!(
            granted,
            clock.reading()() == MINUTE,
            "one restart was granted, at 0 s; only that one may count until 60 s"
        );
    }
}

/// Boundary: a job that returns is run once, and is not called degraded.
#[test]
fn a_job_that_returns_is_run_once() {
    let outcome = run(&supervisor(3), Job::new(0, flaky(0)));
    assert_eq!(outcome.value, 1, "it returns how often it was run");
    assert!(!outcome.degraded);
    assert!(outcome.panics.is_empty());
}

/// Boundary: a panic stops at `run`, and the job is tried again.
#[test]
fn a_job_that_panics_is_restarted_until_it_returns() {
    let outcome = run(&supervisor(5), Job::new(0, flaky(2)));
    assert_eq!(outcome.value, 3, "it returns at its third run");
    assert!(!outcome.degraded, "it did return in the end");
    assert_eq!(
        messages(&outcome),
        ["a flaky job", "a flaky job"],
        "every panic is reported, also of a job that ended well"
    );
}

/// Degrading: with the budget spent, the answer is the fallback, and the outcome says so.
#[test]
fn a_job_that_goes_on_panicking_is_replaced_by_its_fallback() {
    let outcome = run(&supervisor(2), Job::new(0, flaky(usize::MAX)));
    assert_ne!(
        outcome.value, NEVER_STOPPED,
        "restarted without end: who asks the budget?"
    );
    assert_eq!(outcome.value, 0, "the fallback");
    assert!(outcome.degraded, "a fallback is not the job's own answer");
    assert_eq!(
        outcome.panics.len(),
        3,
        "the first run and two restarts: three panics"
    );
}

/// Report: the payload is kept as it was thrown.
#[test]
fn every_payload_is_kept_whole() {
    #[derive(Debug, PartialEq)]
    struct Exhausted {
        retry_after: u32,
    }
    let raise = || resume_unwind(Box::new(Exhausted { retry_after: 9 }));
    let outcome = run(&supervisor(0), Job::new(0, panicking(raise)));
    assert_eq!(messages(&outcome), [NOT_TEXT], "one run, one panic");
    assert_eq!(
        outcome.panics[0].payload.downcast_ref(),
        Some(&Exhausted { retry_after: 9 }),
        "whoever knows the type of a payload should get it out again: keep the payload, not a text of it"
    );
}

/// Report: panics come in the order in which they were raised.
#[test]
fn the_first_panic_is_reported_first() {
    let runs = AtomicUsize::new(0);
    let outcome = run(
        &supervisor(2),
        Job::new(0, move || match runs.fetch_add(1, Ordering::Relaxed) {
            0 => panic_with("the first"),
            1 => panic_with("the second"),
            _ => 3,
        }),
    );
    assert_eq!(messages(&outcome), ["the first", "the second"]);
}

/// Boundary: what `panic!` itself throws is caught like everything else.
#[test]
fn panics_of_every_kind_are_caught() {
    let supervisor = supervisor(0);
    let raise = || "x".parse().expect("(this panic is part of the test)");
    let outcome = run(&supervisor, Job::new(0, panicking(raise)));
    let messages_of_expect = messages(&outcome);
    assert!(
        matches!(messages_of_expect[..], [message] if message.contains("InvalidDigit")),
        "got {messages_of_expect:?}"
    );
    let outcome = run(&supervisor, Job::new(0, panicking(|| panic_any(7))));
    assert_eq!(messages(&outcome), [NOT_TEXT], "`panic_any(7)`");
}

/// Isolation: one budget for all jobs of a supervisor, so that a storm of restarts stays a small one.
#[test]
fn the_jobs_of_a_supervisor_share_its_budget() {
    let supervisor = supervisor(3);
    let spent = run(&supervisor, Job::new(0, flaky(2)));
    assert_eq!(spent.panics.len(), 2, "two restarts, and one is left");
    let degraded = run(&supervisor, Job::new(0, flaky(usize::MAX)));
    assert_eq!(
        degraded.panics.len(),
        2,
        "the first run and the one restart that was left"
    );
}

/// Isolation: every worker has a boundary of its own. The outcomes come in the order of the jobs.
#[test]
fn one_jobs_panic_never_takes_the_others() {
    let jobs = || {
        vec![
            Job::new(0, || 1),
            Job::new(0, panicking(|| panic_with("the second job"))),
            Job::new(0, || 3),
            Job::new(0, panicking(|| panic_with("the fourth job"))),
            Job::new(0, || 5),
        ]
    };
    let outcomes = finishes("`run_all`", move || {
        catch_unwind(|| supervisor(0).run_all(jobs()))
    });
    let outcomes = outcomes.unwrap_or_else(|_| {
        panic!("`run_all` panicked, and with it all five answers are gone: where is each worker's boundary?")
    });
    let values: Vec<_> = outcomes.iter().map(|outcome| outcome.value).collect();
    assert_eq!(
        values,
        [1, 0, 3, 0, 5],
        "three answers and two fallbacks, in the order of the jobs"
    );
}

/// Isolation: each job has a thread of its own, however many there are, and `run` keeps its job on the caller's.
#[test]
fn every_job_has_a_thread_of_its_own() {
    const JOBS: usize = 33;
    let here = thread::current().id();
    let outcome = run(
        &supervisor(0),
        Job::new(None, || Some(thread::current().id())),
    );
    assert_eq!(
        outcome.value,
        Some(here),
        "`run` runs its job on this thread"
    );

    let threads: Vec<_> = finishes("`run_all` of 33 jobs that wait for each other", || {
        let meeting = Arc::new(Barrier::new(JOBS));
        let jobs = (0..JOBS).map(|_| {
            let meeting = Arc::clone(&meeting);
            Job::new(None, move || {
                meeting.wait();
                Some(thread::current().id())
            })
        });
        let outcomes = supervisor(0).run_all(jobs.collect());
        outcomes
            .iter()
            .filter_map(|outcome| outcome.value)
            .collect()
    });
    let mut apart = std::collections::HashSet::from([here]);
    apart.extend(threads);
    assert_eq!(
        apart.len(),
        JOBS + 1,
        "33 jobs, and a thread for each beside this one"
    );

    let alone = finishes("`run_all` of one job", || {
        let caller = thread::current().id();
        let job = Job::new(None, || Some(thread::current().id()));
        supervisor(0).run_all(vec![job])[0].value != Some(caller)
    });
    assert!(alone, "a single job has a thread of its own, too");
    let none = finishes("`run_all` of nothing", || {
        supervisor(0).run_all(Vec::<Job<()>>::new()).len()
    });
    assert_eq!(none, 0, "no jobs, no outcomes");
}

/// Nothing is left: when `run_all` returns, all jobs are gone with what they held, and so is every fallback but those that
/// were needed.
#[test]
fn jobs_and_fallbacks_are_dropped() {
    let held = Arc::new(());
    let outcomes = finishes("`run_all` of two jobs", {
        let held = Arc::clone(&held);
        move || {
            let work = |panics: bool| {
                let held = Arc::clone(&held);
                move || {
                    if panics {
                        resume_unwind(Box::new(Arc::clone(&held)));
                    }
                    Arc::clone(&held)
                }
            };
            let jobs = vec![
                Job::new(Arc::clone(&held), work(false)),
                Job::new(Arc::clone(&held), work(true)),
            ];
            supervisor(1).run_all(jobs)
        }
    });
    assert_eq!(
        Arc::strong_count(&held),
        1 + 1 + 1 + 2,
        "mine, a value, a fallback, and the payloads of two panics: anything more is left over"
    );
    drop(outcomes);
    assert_eq!(Arc::strong_count(&held), 1, "the outcomes are gone");
}

/// Reentrancy: a job may have jobs of its own, under the same supervisor.
#[test]
fn a_job_may_supervise_jobs() {
    let values = finishes("a job that runs others, under the same supervisor", || {
        let supervisor = supervisor(3);
        let inner = AssertUnwindSafe(Arc::clone(&supervisor));
        let runs = AtomicUsize::new(0);
        let outer = Job::new(Vec::new(), move || {
            let jobs = vec![Job::new(0, flaky(1)), Job::new(0, || 7)];
            let outcomes = inner.run_all(jobs);
            if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                panic_with("the outer job");
            }
            outcomes.iter().map(|outcome| outcome.value).collect()
        });
        supervisor.run(outer).value
    });
    assert_eq!(
        values,
        [2, 7],
        "three restarts: the inner job's, the outer job's, and again the inner job's"
    );
}

/// Isolation: the jobs run at the same time. These two wait for each other.
#[test]
fn all_jobs_run_at_the_same_time() {
    let values: Vec<_> = finishes("`run_all` of two jobs that wait for each other", || {
        let meeting = Arc::new(Barrier::new(2));
        let jobs = [1, 2].map(|n| {
            let meeting = Arc::clone(&meeting);
            Job::new(0, move || {
                meeting.wait();
                n
            })
        });
        let outcomes = supervisor(0).run_all(jobs.into());
        outcomes.iter().map(|outcome| outcome.value).collect()
    });
    assert_eq!(values, [1, 2], "each job has met the other and returned");
}

/// Isolation: a job that panics inside a shared state neither locks the others out nor leaves them half of
/// its change; the restarted job itself finds a fresh one.
#[test]
fn a_job_that_panics_inside_a_shared_state_spoils_it_for_nobody() {
    let pair = Arc::new(Shared::new(|| (0, 0)));
    let work = |panics: bool| {
        let pair = Arc::clone(&pair);
        let runs = AtomicUsize::new(0);
        move || {
            let first = runs.fetch_add(1, Ordering::Relaxed) == 0;
            pair.with(|pair| {
                pair.0 += 1;
                if panics && first {
                    panic_with("between the two halves");
                }
                pair.1 += 1;
                *pair
            })
        }
    };
    let supervisor = supervisor(1);
    let torn = run(&supervisor, Job::new((-1, -1), work(true)));
    assert_eq!(
        messages(&torn),
        ["between the two halves"],
        "it panics once and is restarted once: any other message is not from this test"
    );
    assert_eq!(torn.value, (1, 1), "the restarted job finds `fresh()`");
    let next = run(&supervisor, Job::new((-1, -1), work(false)));
    assert_eq!(
        messages(&next),
        [""; 0],
        "the next job has no reason to panic"
    );
    assert_eq!(
        next.value,
        (2, 2),
        "the next job finds what the restarted one left"
    );
}

/// Bounds: what is shared is `Sync`, what moves to a worker is `Send`, and only then.
#[test]
fn the_types_may_go_where_threads_go() {
    assert!(impls!(Supervisor: Send & Sync));
    assert!(impls!(Budget: Send & Sync));
    assert!(
        impls!(Shared<Cell<u32>>: Send & Sync),
        "one thread at a time reaches the state: `Send` is enough"
    );
    assert!(
        impls!(Shared<Rc<u32>>: !Send & !Sync),
        "a state that must not change threads is not shared"
    );
    assert!(impls!(Job<u32>: Send));
    assert!(
        impls!(Panicked: Send & !Sync),
        "a payload is `Send`; nobody promised that it is `Sync`"
    );
}
