//! Real threads and many rounds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lanes::stress::together;
use panic_boundary::{Budget, Job, Shared, Supervisor};

use crate::{TestClock, flaky, panic_with};

const THREADS: usize = 4;
const ROUNDS: usize = 300;

/// A whole minute never passes on this clock.
fn budget(restarts: usize) -> Budget {
    Budget::new(
        restarts,
        Duration::from_secs(60),
        TestClock::default().reading(),
    )
}

/// Budget: whichever thread asks, all of them together get what there is.
#[test]
fn four_threads_never_overdraw_the_budget() {
    const RESTARTS: usize = THREADS * ROUNDS / 2;
    let budget = Arc::new(budget(RESTARTS));
    let granted = Arc::new(AtomicUsize::new(0));
    together(THREADS, ROUNDS, {
        let granted = Arc::clone(&granted);
        move |_thread, _round| {
            granted.fetch_add(usize::from(budget.take()), Ordering::Relaxed);
        }
    });
    assert_eq!(
        granted.load(Ordering::Relaxed),
        RESTARTS,
        "four threads asked {} times for {RESTARTS} restarts",
        THREADS * ROUNDS
    );
}

/// State: both halves of a change, or neither, while every third job panics between the two.
#[test]
fn nobody_ever_sees_half_a_change() {
    let supervisor = Arc::new(Supervisor::new(budget(0)));
    let pair = Arc::new(Shared::new(|| (0_u32, 0_u32)));
    together(THREADS, ROUNDS, move |thread, round| {
        let panics = (thread + round) % 3 == 0;
        let pair = Arc::clone(&pair);
        let runs = AtomicUsize::new(0);
        let outcome = supervisor.run(Job::new(None, move || {
            if runs.fetch_add(1, Ordering::Relaxed) > 0 {
                return None; // The budget is 0: this run should not be.
            }
            pair.with(|pair| {
                let before = *pair;
                pair.0 += 1;
                if panics {
                    panic_with("between the two halves");
                }
                pair.1 += 1;
                Some(before)
            })
        }));
        assert_eq!(
            outcome.degraded, panics,
            "only the jobs that panic themselves may fail: {:?}",
            outcome.panics
        );
        if let Some(before) = outcome.value {
            assert_eq!(before.0, before.1, "torn: half of a change was left behind");
        }
    });
}

/// Isolation: in every round each of the jobs gets its own answer, whatever happens beside it.
#[test]
fn every_job_gets_its_own_answer() {
    let supervisor = Arc::new(Supervisor::new(budget(usize::MAX)));
    together(2, ROUNDS / 10, move |_thread, _round| {
        let jobs = (0..THREADS).map(|failures| Job::new(0, flaky(failures)));
        let outcomes = supervisor.run_all(jobs.collect());
        let values: Vec<_> = outcomes.iter().map(|outcome| outcome.value).collect();
        assert_eq!(values, [1, 2, 3, 4], "job n returns at its n-th run");
    });
}
