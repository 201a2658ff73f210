//! Every schedule of a small world, explored by `lanes`.
//!
//! A job may panic in a model, too: what it throws ends at your boundary. What the model itself throws when
//! it finds an error would end there as well, so the assertions stand outside the jobs.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use crate::flaky;
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::thread;

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
        "/src/panic_boundary.rs"
    ));
}
use source::{Budget, Job, Outcome, Shared, Supervisor};

/// A budget whose clock ticks each time somebody looks: no two readings are the same.
fn budget(restarts: usize) -> Budget {
    let ticks = AtomicU64::new(0);
    Budget::new(restarts, Duration::from_secs(1000), move || {
        Duration::from_secs(ticks.fetch_add(1, Ordering::Relaxed))
    })
}

/// Runs two jobs under every schedule that panic `failures` times each, and looks at the two outcomes.
fn two_jobs(restarts: usize, failures: usize, check: fn([Outcome<u32>; 2])) {
    lanes::model(move || {
        let supervisor = Arc::new(Supervisor::new(budget(restarts)));
        let jobs = vec![Job::new(0, flaky(failures)), Job::new(0, flaky(failures))];
        let mut outcomes = supervisor.run_all(jobs);
        for outcome in &mut outcomes {
            if let Some(at) = (outcome.panics.iter())
                .position(|panic| panic.payload.downcast_ref() != Some(&"a flaky job"))
            {
                // Not a panic of this model's jobs: the checker found something inside your boundary.
                resume_unwind(outcome.panics.swap_remove(at).payload);
            }
        }
        check(outcomes.try_into().expect("two jobs, two outcomes"));
    });
}

/// take → take: looking whether a restart is left and taking it are one step to everybody else.
#[test]
fn the_last_restart_goes_to_one_of_two_jobs() {
    two_jobs(1, usize::MAX, |outcomes| {
        let panics: usize = outcomes.iter().map(|outcome| outcome.panics.len()).sum();
        assert_eq!(
            panics,
            3,
            "two first runs and one restart: {panics} panics say that the budget was {}",
            if panics > 3 { "overdrawn" } else { "not spent" }
        );
    });
}

/// take → take: what another thread has recorded lies in the past, under every schedule.
#[test]
fn two_jobs_restart_at_the_same_time() {
    two_jobs(2, 1, |outcomes| {
        assert_eq!(
            outcomes.map(|outcome| outcome.value),
            [2, 2],
            "each job panics once, and the budget has a restart for both"
        );
    });
}

/// with → with: a change is one step to everybody else, and the next one sees it.
#[test]
fn two_changes_are_both_kept() {
    lanes::model(|| {
        let pair = Arc::new(Shared::new(|| (0, 0)));
        let change = |pair: &Shared<(u32, u32)>| {
            pair.with(|pair| {
                pair.0 += 1;
                pair.1 += 1;
            });
        };
        let other = thread::spawn({
            let pair = Arc::clone(&pair);
            move || change(&pair)
        });
        change(&pair);
        other.join().unwrap();
        assert_eq!(
            pair.with(|pair| *pair),
            (2, 2),
            "a change is lost: was the state out of the lock while it was changed?"
        );
    });
}

/// job → outcome: whichever job ends first, the outcomes come in the order of the jobs.
#[test]
fn outcomes_come_in_the_order_of_the_jobs() {
    lanes::Model::new().allow_one_schedule().check(|| {
        let supervisor = Arc::new(Supervisor::new(budget(0)));
        let jobs = vec![Job::new(0, || 1), Job::new(0, || 2)];
        let values: Vec<u32> = (supervisor.run_all(jobs).iter())
            .map(|outcome| outcome.value)
            .collect();
        assert_eq!(
            values,
            [1, 2],
            "the second job ended first, and its outcome stands in the first one's place"
        );
    });
}

/// take → take: whoever looks at the clock first is not always who is granted first, and each restart counts for its own
/// window all the same.
#[test]
fn a_restart_counts_from_its_own_moment() {
    lanes::model(|| {
        let ticks = Arc::new(AtomicU64::new(0));
        let clock = Arc::clone(&ticks);
        let window = Duration::from_secs(1000);
        let budget = Arc::new(Budget::new(2, window, move || {
            Duration::from_secs(clock.fetch_add(1, Ordering::Relaxed))
        }));
        let other = thread::spawn({
            let budget = Arc::clone(&budget);
            move || budget.take()
        });
        let mine = budget.take();
        let theirs = other.join().unwrap();
        assert!(mine && theirs, "a budget of 2 grants two restarts");
        // Two restarts were granted, at 0 s and at 1 s.
        ticks.store(1000, Ordering::Relaxed);
        assert!(
            budget.take(),
            "at 1000 s the restart of 0 s is out of the window: is the list still in the order of time?"
        );
    });
}
