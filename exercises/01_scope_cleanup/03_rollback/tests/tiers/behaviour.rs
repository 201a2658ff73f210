//! What one thread sees.

mod payments;

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::apart;
use rollback::{Aborted, Failure, NotUndone, Transaction, transact};

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

/// Without `transact`: a transaction that a panic drops is undone, too.
#[test]
fn a_panic_undoes_a_transaction_begun_by_hand() {
    let panic = panic_of(|| drop(Transaction::<()>::new())); // a `drop` that panics is another test's concern
    assert_eq!(panic, None);
    apart(|| {
        let log = Log::default();
        let panic = panic_of(|| {
            let mut order = Transaction::new();
            log.step(&mut order, "reserve");
            let done = order.step("charge", || log.ok("charge"), || panic_with("refunding"));
            assert_eq!(done, Ok(()));
            log.step(&mut order, "ship");
            panic_with("the scope");
        });
        log.expect(
            &["reserve", "charge", "ship", "undo ship", "undo reserve"],
            "the scope panicked: is there an `if !thread::panicking()` in the way?",
        );
        assert_eq!(panic, Some(Panic("the scope")));
    });
}

/// In a destructor during a panic, a transaction ends as anywhere else: by a commit, by a rollback with its report, or by
/// being dropped.
#[test]
fn a_transaction_of_a_destructor_ends_as_any_other() {
    Transaction::<()>::new().commit(); // a `commit` that panics is another test's concern
    let outcome = transact(|_| Ok::<_, ()>(()));
    assert_eq!(outcome, Ok(()));
    drop(Transaction::<()>::new().rollback(()));
    apart(|| {
        let log = Log::default();
        let mut reports = Vec::new();
        let mut earlier = Transaction::new();
        log.step(&mut earlier, "earlier");
        let mut earlier = Some(earlier);
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                // Begun before the panic, and kept.
                earlier.take().expect("one panic").commit();
                // Begun during the panic, and kept.
                let kept = transact(|order| {
                    log.step(order, "kept");
                    Ok(())
                });
                assert_eq!(kept, Ok(()));
                // Begun during the panic, and given up.
                let given_up: Result<(), _> = transact(|order| {
                    log.step(order, "given up");
                    order.step("charge", || log.ok("charge"), || panic_with("refunding"))?;
                    Err("cancelled")
                });
                reports.push(given_up.expect_err("the body returned an error"));
            });
            panic_with("the scope");
        });
        assert_eq!(panic, Some(Panic("the scope")));
        drop(earlier);
        log.expect(
            &["earlier", "kept", "given up", "charge", "undo given up"],
            "two of three transactions were committed by a destructor during a panic, and the third was not",
        );
        let panicked = NotUndone {
            step: "charge",
            why: Failure::Panicked,
        };
        let report = Aborted {
            cause: "cancelled",
            not_undone: vec![panicked],
        };
        assert_eq!(
            reports,
            [report],
            "a rollback during a panic should report what any rollback reports"
        );
    });
}

/// Committed is committed: a destructor that panics meanwhile, of something a compensation holds, undoes nothing.
#[test]
fn a_commit_that_is_cut_short_undoes_nothing() {
    /// What a compensation may hold.
    struct Fragile;

    impl Drop for Fragile {
        fn drop(&mut self) {
            panic_with("a destructor");
        }
    }

    let log = Log::default();
    let mut order = Transaction::new();
    log.step(&mut order, "reserve");
    let (fragile, ran) = (Fragile, &log);
    let done = order.step(
        "charge",
        || log.ok("charge"),
        move || {
            std::mem::forget(fragile);
            ran.undo("charge")
        },
    );
    assert_eq!(done, Ok(()));
    log.step(&mut order, "ship");
    let panic = panic_of(|| order.commit());
    log.expect(
        &["reserve", "charge", "ship"],
        "the commit dropped the compensations, and one destructor panicked: what had been committed was undone",
    );
    assert_eq!(panic, Some(Panic("a destructor")), "the panic should go on");
}

/// Nothing leaks: a compensation that will never run is dropped at once, with what it holds.
#[test]
fn the_compensation_of_a_step_that_fails_is_dropped() {
    let mut order = Transaction::new();
    let item = Item(1);
    let failed = order.step(
        "fails",
        || Err::<(), _>("refused"),
        move || {
            drop(item);
            Ok(())
        },
    );
    assert_eq!(failed, Err("refused"));
    assert_eq!(
        dropped(),
        [1],
        "the step failed, and its compensation is still there, or leaked"
    );
    let item = Item(2);
    let panic = panic_of(|| {
        let _ = order.step(
            "panics",
            || -> Result<(), _> { panic_with("the step") },
            move || {
                drop(item);
                Ok(())
            },
        );
    });
    assert_eq!(panic, Some(Panic("the step")));
    assert_eq!(
        dropped(),
        [2],
        "the step panicked, and its compensation is still there, or leaked"
    );
}

/// Nothing leaks, and nothing is dropped twice: errors go into the report, or nowhere if there is none; payloads go nowhere.
#[test]
fn errors_and_payloads_are_dropped_once() {
    fn given_up<'a>(order: &mut Transaction<'a, Item>) {
        for number in [1, 2] {
            let done = order.step("fails", || Ok(()), move || Err(Item(number)));
            assert!(done.is_ok());
        }
        let done = order.step("panics", || Ok(()), || resume_unwind(Box::new(Item(3))));
        assert!(done.is_ok());
    }
    let mut order = Transaction::new();
    given_up(&mut order);
    let aborted = order.rollback(Item(0));
    let order_of_report: Vec<u32> = aborted
        .not_undone
        .iter()
        .map(|left| match &left.why {
            Failure::Error(item) => item.0,
            Failure::Panicked => 3,
        })
        .collect();
    assert_eq!(order_of_report, [3, 2, 1], "the order in which they ran");
    assert_eq!(
        dropped(),
        [3],
        "only the payload of the panic is not in the report: it should be dropped, and the errors kept"
    );
    drop(aborted);
    let mut reported = dropped();
    reported.sort_unstable();
    assert_eq!(
        reported,
        [0, 1, 2],
        "the report is dropped, and with it what it holds"
    );

    let mut order = Transaction::new();
    given_up(&mut order);
    drop(order);
    let mut unreported = dropped();
    unreported.sort_unstable();
    assert_eq!(
        unreported,
        [1, 2, 3],
        "nobody asked for a report: errors and payload should be dropped, once"
    );
}

/// The body's panic goes on as it is: with its own payload, and not with a text made of it.
#[test]
fn the_body_panics_with_its_own_payload() {
    let out = catch_unwind(AssertUnwindSafe(|| {
        let outcome: Result<(), Aborted<()>> =
            transact(|_| resume_unwind(Box::new("a text of the program")));
        drop(outcome);
    }));
    let out = out.expect_err("the body's panic was swallowed");
    assert_eq!(
        out.downcast_ref(),
        Some(&"a text of the program"),
        "another payload than the body's own: `resume_unwind` lets a panic go on, `panic!` and `panic_any` make a new one"
    );
}

/// Reentrancy: a compensation, and a step, may well be transactions themselves.
#[test]
fn steps_and_compensations_may_be_transactions() {
    let log = Log::default();
    let inner = |name: &'static str| {
        let outcome: Result<(), _> = transact(|inner| {
            log.step(inner, name);
            Err("inner")
        });
        outcome.map_err(|aborted| aborted.cause)
    };
    let mut order = Transaction::new();
    log.step(&mut order, "reserve");
    let failed = order.step("step", || inner("in a step"), || log.undo("step"));
    assert_eq!(failed, Err("inner"));
    let done = order.step("charge", || log.ok("charge"), || inner("in a compensation"));
    assert_eq!(done, Ok(()));
    let aborted = order.rollback("outer");
    log.expect(
        &[
            "reserve",
            "in a step",
            "undo in a step",
            "charge",
            "in a compensation",
            "undo in a compensation",
            "undo reserve",
        ],
        "each transaction should undo its own steps, and no other's",
    );
    let failed = NotUndone {
        step: "charge",
        why: Failure::Error("inner"),
    };
    assert_eq!(aborted.not_undone, [failed]);
}

/// Numbers: as many steps as it takes.
#[test]
fn ten_thousand_steps_are_undone() {
    const MANY: u32 = 10_000;
    let done = Cell::new(0);
    let mut order = Transaction::new();
    for at in 0..MANY {
        let done = &done;
        let step = order.step(
            "count",
            || {
                done.set(at + 1);
                Ok::<_, u32>(())
            },
            move || {
                assert_eq!(done.get(), at + 1, "the step before was undone first");
                done.set(at);
                if at % 2 == 0 { Ok(()) } else { Err(at) }
            },
        );
        assert_eq!(step, Ok(()));
    }
    let aborted = order.rollback(MANY);
    assert_eq!(done.get(), 0, "so many steps were not undone");
    assert_eq!(
        aborted.not_undone.len(),
        MANY as usize / 2,
        "every second compensation failed"
    );
}

/// A compensation may hold what must stay on its thread, so the transaction must stay too.
#[test]
fn a_transaction_stays_on_its_thread() {
    assert!(
        !impls!(Transaction<'static, ()>: Send),
        "a transaction must not be `Send` while its compensations need not be"
    );
}
