//! Real threads, many rounds: what a guard gives back, the other threads can have.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use lanes::panics::{panic_of, panic_with};
use lanes::stress::{apart, together};
use scope_guard::{Event, Outcome, ScopeGuard, Span, Tracer};

const THREADS: usize = 4;
const ROUNDS: usize = 600;
const PERMITS: usize = 3;

fn take(free: &AtomicUsize) -> bool {
    free.fetch_update(Ordering::Acquire, Ordering::Relaxed, |n| n.checked_sub(1))
        .is_ok()
}

fn give_back(free: &AtomicUsize) {
    free.fetch_add(1, Ordering::Release);
}

/// Takes a permit if there is one, and lets go of it in one of four ways.
fn visit(free: &AtomicUsize, round: usize) -> Option<()> {
    if !take(free) {
        return None;
    }
    let mut permit = ScopeGuard::new(free, give_back);
    match round % 4 {
        0 => Some(()),
        1 => panic_with("the visitor"),
        2 => {
            ScopeGuard::dismiss(&mut permit);
            give_back(&permit);
            None
        }
        _ => {
            give_back(ScopeGuard::into_inner(permit));
            None
        }
    }
}

/// Once: as many permits come back as were taken, on return, on panic, dismissed and taken out.
#[test]
fn every_permit_comes_back_once_however_the_round_ends() {
    apart(|| {
        let free = Arc::new(AtomicUsize::new(PERMITS));
        together(THREADS, ROUNDS, {
            let free = Arc::clone(&free);
            move |_thread, round| {
                panic_of(|| {
                    visit(&free, round);
                });
            }
        });
        assert_eq!(
            free.load(Ordering::Acquire),
            PERMITS,
            "nobody is inside: a permit was given back twice, or not at all"
        );
    });
}

/// Counts what is reported. Its clock moves on with every look.
#[derive(Default)]
struct Counts {
    clock: AtomicU64,
    entered: AtomicUsize,
    returned: AtomicUsize,
    panicked: AtomicUsize,
}

impl Tracer for Counts {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.clock.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, event: Event) {
        let count = match event {
            Event::Enter { .. } => &self.entered,
            Event::Exit { outcome, .. } => match outcome {
                Outcome::Returned => &self.returned,
                Outcome::Panicked => &self.panicked,
            },
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Every span that is entered is left, and one thread's panic is not another thread's outcome.
#[test]
fn every_span_ends_with_the_outcome_of_its_own_thread() {
    apart(|| {
        let counts = Arc::new(Counts::default());
        together(THREADS, ROUNDS, {
            let counts = Arc::clone(&counts);
            move |thread, _round| {
                panic_of(|| {
                    let _span = Span::enter(&*counts, "round");
                    if thread == 0 {
                        panic_with("thread 0 panics in every round");
                    }
                });
            }
        });
        let counted = [&counts.entered, &counts.returned, &counts.panicked]
            .map(|count| count.load(Ordering::Relaxed));
        assert_eq!(
            counted,
            [THREADS * ROUNDS, (THREADS - 1) * ROUNDS, ROUNDS],
            "[entered, returned, panicked]: does every span end, with the outcome of its own thread?"
        );
    });
}
