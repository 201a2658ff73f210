//! Real threads, many rounds: what a deferred closure releases, the other threads can have.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use defer_stack::DeferStack;
use lanes::panics::{panic_of, panic_with};
use lanes::stress::{apart, together};

const THREADS: usize = 4;
const ROUNDS: usize = 600;

/// A lock with no guard: whoever takes it has to remember to give it back.
#[derive(Default)]
struct Gate {
    taken: AtomicBool,
    visits: AtomicUsize,
}

impl Gate {
    fn enter(&self) {
        while self
            .taken
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_err()
        {
            thread::yield_now();
        }
    }

    fn leave(&self) {
        self.taken.store(false, Ordering::Release);
    }

    /// Counts in two steps, which only the gate holds together: two threads inside lose a visit.
    fn visit(&self) {
        let visits = self.visits.load(Ordering::Relaxed);
        self.visits.store(visits + 1, Ordering::Relaxed);
    }
}

/// Goes in, and comes out in one of three ways. The visit is deferred too: it is still made inside.
fn visit(gate: &Gate, round: usize) -> Option<()> {
    gate.enter();
    let mut cleanup = DeferStack::new();
    cleanup.defer(|| gate.leave());
    cleanup.defer(|| gate.visit());
    match round % 3 {
        0 => Some(()),
        1 => None?,
        _ => panic_with("the visitor"),
    }
}

/// leave → next enter: the gate is given back at the scope's end, on `?` and on a panic, and not sooner.
#[test]
fn a_gate_is_left_in_every_round_however_the_round_ends() {
    apart(|| {
        let gate = Arc::new(Gate::default());
        let shared = Arc::clone(&gate);
        together(THREADS, ROUNDS, move |_thread, round| {
            let panicked = panic_of(|| {
                visit(&shared, round);
            });
            assert_eq!(panicked.is_some(), round % 3 == 2);
        });
        assert_eq!(
            gate.visits.load(Ordering::Relaxed),
            THREADS * ROUNDS,
            "a visit is missing: did one run twice, not at all, or after the gate was left?"
        );
    });
}

/// Each once: whichever closure of a stack panics, all the others run, and each runs a single time.
#[test]
fn every_closure_runs_once_whichever_panics() {
    const CLOSURES: usize = 5;
    let ran: Arc<[AtomicUsize; CLOSURES]> = Arc::default();
    let shared = Arc::clone(&ran);
    together(THREADS, ROUNDS, move |_thread, round| {
        let ran = &shared;
        let panicked = panic_of(|| {
            let mut cleanup = DeferStack::new();
            for closure in 0..CLOSURES {
                cleanup.defer(move || {
                    ran[closure].fetch_add(1, Ordering::Relaxed);
                    if closure == round % CLOSURES {
                        panic_with("a closure");
                    }
                });
            }
        });
        assert!(panicked.is_some(), "a closure's panic was swallowed");
    });
    for (closure, ran) in ran.iter().enumerate() {
        assert_eq!(
            ran.load(Ordering::Relaxed),
            THREADS * ROUNDS,
            "closure {closure} should run once in each of {THREADS} × {ROUNDS} rounds"
        );
    }
}
