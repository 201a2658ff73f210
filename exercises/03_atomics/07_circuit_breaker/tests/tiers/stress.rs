//! Real threads and many rounds. What the models prove for a few calls, this tries with thousands.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering, fence};
use std::time::Duration;

use circuit_breaker::{CircuitBreaker, Settings, State};
use lanes::panics::{Panic, panic_of, panic_with};
use lanes::stress;

use crate::TestClock;

const THREADS: usize = 4;
const ROUNDS: usize = 2_000;

/// A dependency that is down for some time and then up again: never two probes, and calls again in the end.
#[test]
fn never_two_probes_and_never_shut_for_ever() {
    let clock = TestClock::default();
    let settings = Settings {
        window: 8,
        budget: 2,
        cool_down: Duration::from_millis(3),
    };
    let breaker = Arc::new(CircuitBreaker::new(settings, clock.reading()));
    let probes = Arc::new(AtomicUsize::new(0));
    stress::together(THREADS, ROUNDS, {
        let (breaker, probes, clock) = (Arc::clone(&breaker), Arc::clone(&probes), clock.clone());
        move |thread, round| {
            if thread == 0 {
                clock.advance(1);
            }
            let Ok(permit) = breaker.admit() else { return };
            let is_probe = permit.is_probe();
            if is_probe {
                // The breaker orders nothing but itself. These fences order the count of this test by it.
                fence(Ordering::Acquire);
                let others = probes.fetch_add(1, Ordering::Relaxed);
                assert_eq!(others, 0, "two probes are out at the same time");
                std::thread::yield_now();
                // Before the verdict: with it, the next probe may go.
                probes.fetch_sub(1, Ordering::Relaxed);
                fence(Ordering::Release);
            }
            let is_down = round / 100 % 2 == 1;
            match (is_down, (thread + round) % 3) {
                (false, 0) => permit.abandon(),
                (false, _) => permit.success(),
                (true, 0) => drop(permit),
                (true, 1) => permit.failure(),
                (true, _) => {
                    let panic = panic_of(move || {
                        let _permit = permit;
                        panic_with("down");
                    });
                    assert_eq!(panic, Some(Panic("down")));
                }
            }
        }
    });
    // Whatever the last call left behind: after a cool-down and a success it is closed.
    clock.advance(3);
    breaker
        .admit()
        .expect("closed, or cooled down: no permit is left that could be a probe")
        .success();
    assert_eq!(breaker.state(), State::Closed);
}

/// One more failure than the budget, from whichever threads they come, and nobody calls any more.
#[test]
fn opens_with_the_failure_that_is_too_many() {
    let breakers: Arc<[CircuitBreaker]> = (0..ROUNDS)
        .map(|_| {
            let settings = Settings {
                window: 40,
                budget: THREADS as u32 - 1,
                cool_down: Duration::from_secs(1),
            };
            CircuitBreaker::new(settings, || Duration::ZERO)
        })
        .collect();
    stress::together(THREADS, ROUNDS, {
        let breakers = Arc::clone(&breakers);
        move |_thread, round| {
            let permit = breakers[round].admit();
            permit
                .expect("no more failures than allowed so far")
                .failure();
        }
    });
    let shut = breakers
        .iter()
        .filter(|breaker| breaker.state() == State::Open);
    assert_eq!(
        shut.count(),
        ROUNDS,
        "left: how many have opened; right: how many had four failures, with three allowed"
    );
}
