//! What one thread sees.

mod payments;

use std::cell::RefCell;
use std::rc::Rc;

use impls::impls;
use lanes::stress::apart;
use rollback::{Failure, NotUndone, Transaction, transact};

use crate::{Panic, panic_of, panic_with};

/// What was done and undone, in that order.
#[derive(Default)]
struct Log(RefCell<Vec<String>>);

impl Log {
    fn note(&self, what: &str) {
        self.0.borrow_mut().push(what.to_owned());
    }

    /// A step, or a compensation, that succeeds.
    fn ok(&self, what: &str) -> Result<(), &'static str> {
        self.note(what);
        Ok(())
    }

    /// Does `step`, and can undo it.
    fn step<'a>(&'a self, transaction: &mut Transaction<'a, &'static str>, step: &'static str) {
        let done = transaction.step(step, || self.ok(step), move || self.undo(step));
        assert_eq!(done, Ok(()), "the step succeeds: so should `step`");
    }

    fn undo(&self, step: &str) -> Result<(), &'static str> {
        self.ok(&format!("undo {step}"))
    }

    #[track_caller]
    fn expect(&self, expected: &[&str], hint: &str) {
        assert_eq!(*self.0.borrow(), expected, "{hint}");
    }
}

/// A step runs at once and gives back what it made.
#[test]
fn a_step_runs_at_once_and_returns_its_result() {
    let log = Log::default();
    let mut order = Transaction::new();
    let id = order.step(
        "insert",
        || log.ok("insert").map(|()| 7),
        || log.undo("insert"),
    );
    log.expect(
        &["insert"],
        "`step` should run the step, and not its compensation",
    );
    drop(order);
    assert_eq!(id, Ok(7));
}

/// Commit keeps: no compensation ever runs.
#[test]
fn commit_disarms() {
    let log = Log::default();
    let mut order = Transaction::new();
    log.step(&mut order, "reserve");
    log.step(&mut order, "charge");
    order.commit();
    log.expect(
        &["reserve", "charge"],
        "the transaction was committed: nothing should be undone",
    );
}

/// Nothing leaks: what a compensation holds is let go by the commit.
#[test]
fn commit_lets_go_of_what_the_compensations_hold() {
    let held = Rc::new(());
    let mut order = Transaction::<()>::new();
    let undo = |held: Rc<()>| {
        move || {
            drop(held);
            Ok(())
        }
    };
    let done = order.step("reserve", || Ok(()), undo(Rc::clone(&held)));
    assert_eq!(done, Ok(()));
    order.commit();
    assert_eq!(
        Rc::strong_count(&held),
        1,
        "the compensation captured a clone of `held`, and was forgotten instead of dropped: a leak"
    );
}

/// Order: a step may depend on those before it, so it is undone before them.
#[test]
fn undoes_the_last_step_first() {
    let log = Log::default();
    let mut order = Transaction::new();
    for step in ["reserve", "charge", "ship"] {
        log.step(&mut order, step);
    }
    let aborted = order.rollback("cancelled");
    log.expect(
        &[
            "reserve",
            "charge",
            "ship",
            "undo ship",
            "undo charge",
            "undo reserve",
        ],
        "every step should be undone once, the last one first",
    );
    assert_eq!(aborted.cause, "cancelled");
    assert_eq!(aborted.not_undone, [], "everything could be undone");
}

/// A step is all or nothing: one that fails has done nothing, so there is nothing to undo.
#[test]
fn a_step_that_fails_is_not_undone() {
    let log = Log::default();
    let mut order = Transaction::new();
    log.step(&mut order, "reserve");
    let refused = order.step(
        "charge",
        || Err::<(), _>("card refused"),
        || log.undo("charge"),
    );
    assert_eq!(
        refused,
        Err("card refused"),
        "the step's own error should come back"
    );
    log.expect(
        &["reserve"],
        "the failure of a step is the caller's to judge",
    );
    drop(order);
    log.expect(
        &["reserve", "undo reserve"],
        "`charge` failed, so it has done nothing: only the steps that succeeded are undone",
    );
}

/// The same for a panic: the step that panics is not undone, those before it are, and the panic goes on.
#[test]
fn a_panic_undoes_what_was_done_and_goes_on() {
    apart(|| {
        let log = Log::default();
        let panic = panic_of(|| {
            let outcome: Result<(), _> = transact(|order| {
                log.step(order, "reserve");
                log.step(order, "charge");
                order.step("ship", || panic_with("shipping"), || log.undo("ship"))
            });
            drop(outcome);
        });
        log.expect(
            &["reserve", "charge", "undo charge", "undo reserve"],
            "the third step panicked: what does `drop` do during a panic, and with which steps?",
        );
        assert_eq!(panic, Some(Panic("shipping")), "the panic should go on");
    });
}

/// `transact` commits on `Ok`, even if a step failed on the way: the body has judged that it does not matter.
#[test]
fn transact_commits_what_the_body_calls_a_success() {
    let log = Log::default();
    let outcome = transact(|order| {
        log.step(order, "reserve");
        let gift = order.step("gift", || Err::<(), _>("none left"), || log.undo("gift"));
        Ok(gift.is_ok())
    });
    assert_eq!(outcome, Ok(false), "the body's result should come back");
    log.expect(&["reserve"], "the body returned `Ok`: that is a commit");
}

/// `transact` rolls back on `Err`, and says why.
#[test]
fn transact_rolls_back_on_an_error() {
    let log = Log::default();
    let outcome: Result<(), _> = transact(|order| {
        log.step(order, "reserve");
        order.step("charge", || Err("card refused"), || log.undo("charge"))?;
        log.note("not reached");
        Ok(())
    });
    log.expect(
        &["reserve", "undo reserve"],
        "the body returned `Err`: what was done should be undone",
    );
    let aborted = outcome.expect_err("the body's error should come back");
    assert_eq!(aborted.cause, "card refused");
    assert_eq!(aborted.not_undone, []);
}

/// A commit that is forgotten is a rollback: half-done is never the default.
#[test]
fn a_forgotten_commit_is_a_rollback() {
    let log = Log::default();
    {
        let mut order = Transaction::new();
        log.step(&mut order, "reserve");
        log.note("last line of the scope");
    }
    log.expect(
        &["reserve", "last line of the scope", "undo reserve"],
        "dropped without a commit: what does `drop` do?",
    );
}

/// A compensation that fails is reported beside the cause, not instead of it, and stops none of the others.
#[test]
fn compensations_that_fail_are_reported_and_the_others_run() {
    let log = Log::default();
    let mut order = Transaction::new();
    log.step(&mut order, "reserve");
    for (step, error) in [("charge", "bank is closed"), ("mail", "already sent")] {
        let done = order.step(step, || log.ok(step), move || Err(error));
        assert_eq!(done, Ok(()));
    }
    log.step(&mut order, "ship");
    let aborted = order.rollback("cancelled");
    log.expect(
        &[
            "reserve",
            "charge",
            "mail",
            "ship",
            "undo ship",
            "undo reserve",
        ],
        "two compensations fail: all the others should still run",
    );
    assert_eq!(aborted.cause, "cancelled", "the cause is what came first");
    let failed = |step, error| NotUndone {
        step,
        why: Failure::Error(error),
    };
    assert_eq!(
        aborted.not_undone,
        [
            failed("mail", "already sent"),
            failed("charge", "bank is closed")
        ],
        "what could not be undone should be reported, in the order in which it was tried"
    );
    assert_eq!(
        aborted.to_string(),
        "cancelled; `mail` is not undone: already sent; `charge` is not undone: bank is closed"
    );
}

/// A compensation that panics has failed: it is reported, and stops none of the others.
#[test]
fn a_compensation_that_panics_is_reported_and_the_others_run() {
    apart(|| {
        let log = Log::default();
        let mut order = Transaction::new();
        log.step(&mut order, "reserve");
        let done = order.step("charge", || log.ok("charge"), || panic_with("refunding"));
        assert_eq!(done, Ok(()));
        let mut report = None;
        let panic = panic_of(|| report = Some(order.rollback("cancelled")));
        assert_eq!(panic, None, "`rollback` should report the panic and return");
        log.expect(
            &["reserve", "charge", "undo reserve"],
            "one compensation panics: all the others should still run",
        );
        let aborted = report.expect("`rollback` returned");
        assert_eq!(aborted.cause, "cancelled");
        let panicked = NotUndone {
            step: "charge",
            why: Failure::Panicked,
        };
        assert_eq!(aborted.not_undone, [panicked]);
    });
}

/// Dropped without a commit, and compensations fail and panic: a destructor says nothing, and does the rest.
#[test]
fn a_drop_that_cannot_undo_everything_does_not_panic() {
    apart(|| {
        let log = Log::default();
        let panic = panic_of(|| {
            let mut order = Transaction::new();
            log.step(&mut order, "reserve");
            let done = order.step("charge", || log.ok("charge"), || panic_with("refunding"));
            assert_eq!(done, Ok(()));
            let done = order.step("ship", || log.ok("ship"), || Err("on its way"));
            assert_eq!(done, Ok(()));
        });
        log.expect(
            &["reserve", "charge", "ship", "undo reserve"],
            "one compensation fails and one panics: the first step should still be undone",
        );
        assert_eq!(
            panic, None,
            "nobody asked for a report, and a panic out of a destructor is none: who needs one calls `rollback`"
        );
    });
}

/// Compensations that fail and panic while the body is panicking: nothing aborts, and its panic goes on.
#[test]
fn compensations_may_fail_and_panic_while_the_body_panics() {
    apart(|| {
        let log = Log::default();
        let panic = panic_of(|| {
            let outcome: Result<(), _> = transact(|order| {
                log.step(order, "reserve");
                order.step("charge", || log.ok("charge"), || panic_with("refunding"))?;
                order.step("ship", || log.ok("ship"), || Err("on its way"))?;
                panic_with("the body")
            });
            drop(outcome);
        });
        log.expect(
            &["reserve", "charge", "ship", "undo reserve"],
            "one compensation fails and one panics: the first step should still be undone",
        );
        assert_eq!(
            panic,
            Some(Panic("the body")),
            "the body's panic should go on"
        );
    });
}

/// A compensation may hold what must stay on its thread, so the transaction must stay too.
#[test]
fn a_transaction_stays_on_its_thread() {
    assert!(
        !impls!(Transaction<'static, ()>: Send),
        "a transaction must not be `Send` while its compensations need not be"
    );
}
