//! Real threads and many rounds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use engine::{Engine, Submitter};
use lanes::stress::{finishes, together};

use crate::Census;

const ROUNDS: usize = 100;

/// Accepted or refused, and nothing between: while four threads submit, a fifth stops the engine.
#[test]
fn every_job_runs_or_comes_back() {
    for round in 0..ROUNDS {
        let ran = Arc::new(AtomicUsize::new(0));
        let accepted = Arc::new(AtomicUsize::new(0));
        let engine = Engine::new().workers(2);
        let running = engine.start().expect("it has no parts");
        let submitter = running.submitter();
        let stopper = std::sync::Mutex::new(Some(running));
        together(5, 20, {
            let (ran, accepted) = (Arc::clone(&ran), Arc::clone(&accepted));
            move |thread, n| {
                if thread == 4 {
                    if n == round % 20 {
                        drop(stopper.lock().unwrap().take());
                    }
                    return;
                }
                let ran = Arc::clone(&ran);
                let submitted = submitter.submit(move || {
                    ran.fetch_add(1, Ordering::Relaxed);
                });
                accepted.fetch_add(usize::from(submitted.is_ok()), Ordering::Relaxed);
            }
        });
        assert_eq!(
            ran.load(Ordering::Relaxed),
            accepted.load(Ordering::Relaxed),
            "accepted work is done when the engine has stopped, and refused work never is"
        );
    }
}

/// Start and stop, again and again: nothing of one engine is left when the next one starts.
#[test]
fn engines_come_and_go() {
    let census = Census::default();
    let open = Arc::new(AtomicBool::new(false));
    finishes("one engine after the other", {
        let (census, open) = (census.clone(), Arc::clone(&open));
        move || {
            for round in 0..ROUNDS / 5 {
                let open = Arc::clone(&open);
                let running = Engine::new()
                    .part("port", move |_: &Submitter| Port::bind(open))
                    .workers(3)
                    .start()
                    .unwrap_or_else(|error| panic!("engine {round}: {error}"));
                census.take(&running.submitter(), 3);
                assert_eq!(census.alive(), 3, "threads of an earlier engine are left");
            }
        }
    });
    assert_eq!(census.alive(), 0);
    assert!(
        !open.load(Ordering::Relaxed),
        "the last port is still bound"
    );
}

/// Something that only one engine can have at a time.
struct Port(Arc<AtomicBool>);

impl Port {
    fn bind(open: Arc<AtomicBool>) -> Result<Self, &'static str> {
        if open.swap(true, Ordering::Relaxed) {
            return Err("an earlier engine still has the port");
        }
        Ok(Self(open))
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
