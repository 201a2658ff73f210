//! Every schedule of a small world, explored by `lanes`.
//!
//! The jobs assert nothing: what they panic with ends at the boundary round them, and so would the checker's
//! own panics. They only note what they see. For the same reason no job of a model drops its engine: a
//! deadlock would be caught there, and be no deadlock any more. `behaviour` has that test.

use std::convert::Infallible;
use std::sync::Arc;

use crate::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use crate::sync::thread;

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/engine.rs"));
}
use source::{Engine, Running, Submitter};

/// A part that says when it is closed.
struct Part(Arc<AtomicBool>);

impl Drop for Part {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Starts an engine of one part and one worker.
fn start(closed: &Arc<AtomicBool>) -> Running {
    let closed = Arc::clone(closed);
    let engine = Engine::new()
        .part("part", move |_: &Submitter| {
            Ok::<_, Infallible>(Part(closed))
        })
        .workers(1);
    engine.start().expect("the part opens")
}

/// submit → close: a job is accepted and has run when the stop returns, or it is refused and never runs.
#[test]
fn a_job_runs_before_the_stop_returns_or_comes_back() {
    lanes::model(|| {
        let running = start(&Arc::new(AtomicBool::new(false)));
        let ran = Arc::new(AtomicUsize::new(0));
        let other = thread::spawn({
            let submitter = running.submitter();
            let ran = Arc::clone(&ran);
            move || {
                let submitted = submitter.submit(move || {
                    ran.fetch_add(1, Ordering::Relaxed);
                });
                submitted.is_ok()
            }
        });
        drop(running);
        // Relaxed: whether the join makes it visible is what this model asks.
        let ran = ran.load(Ordering::Relaxed);
        let accepted = other.join().unwrap();
        assert_eq!(
            ran,
            usize::from(accepted),
            "the stop has returned, and a job that was accepted has not run, or the other way round"
        );
    });
}

/// job → join → close: a job finds every part open that was opened before its worker was started.
#[test]
fn no_job_finds_a_part_closed() {
    lanes::model(|| {
        let closed = Arc::new(AtomicBool::new(false));
        let late = Arc::new(AtomicBool::new(false));
        let running = start(&closed);
        let accepted = running.submitter().submit({
            let (closed, late) = (Arc::clone(&closed), Arc::clone(&late));
            move || late.store(closed.load(Ordering::Relaxed), Ordering::Relaxed)
        });
        accepted.expect("the engine runs");
        drop(running);
        assert!(
            closed.load(Ordering::Relaxed),
            "the stop has returned, and the part is still open"
        );
        assert!(
            !late.load(Ordering::Relaxed),
            "a job ran when the part was already closed: who is stopped first?"
        );
    });
}
