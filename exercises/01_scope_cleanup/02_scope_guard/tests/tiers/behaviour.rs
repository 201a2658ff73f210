//! What one thread sees.

mod spans;

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::MutexGuard;

use impls::impls;
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::{aborts, apart};
use scope_guard::ScopeGuard;

/// What happened, in the order in which it happened.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<&'static str>>>);

impl Log {
    fn note(&self, what: &'static str) {
        self.0.borrow_mut().push(what);
    }

    #[track_caller]
    fn expect(&self, expected: &[&str], hint: &str) {
        assert_eq!(*self.0.borrow(), expected, "{hint}");
    }
}

/// Notes when it is dropped.
struct Noisy(Log, &'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        self.0.note(self.1);
    }
}

/// Once, and at the end: an armed guard runs its action when the scope has ended, and not before.
#[test]
fn runs_the_action_when_the_scope_ends() {
    let log = Log::default();
    {
        let _guard = ScopeGuard::new((), |()| log.note("action"));
        log.note("last line of the scope");
    }
    log.expect(
        &["last line of the scope", "action"],
        "the action should run once, after the last line: what does `drop` do?",
    );
}

/// The guard is the way to the value, and the action gets the value as the scope left it.
#[test]
fn the_action_gets_the_value_as_the_scope_left_it() {
    let left = RefCell::new(String::new());
    let seen = {
        let mut guard = ScopeGuard::new(String::from("de"), |text| *left.borrow_mut() = text);
        guard.push_str("ferred");
        guard.len()
    };
    assert_eq!(seen, 8, "`deref` should lend the value itself");
    assert_eq!(
        left.into_inner(),
        "deferred",
        "the action should consume the very value that the scope has changed"
    );
}

/// Ownership: the value lives until the action lets go of it.
#[test]
fn the_value_is_alive_when_the_action_runs() {
    let log = Log::default();
    {
        let value = Noisy(log.clone(), "value dropped");
        let _guard = ScopeGuard::new(value, |value| {
            log.note("action begins");
            drop(value);
            log.note("action ends");
        });
    }
    log.expect(
        &["action begins", "value dropped", "action ends"],
        "the action owns the value: it is dropped in there, and nowhere else",
    );
}

/// Every way out of a scope: `?` is a return.
#[test]
fn runs_on_a_question_mark() {
    fn scope(log: &Log) -> Result<u32, std::num::ParseIntError> {
        let _guard = ScopeGuard::new((), |()| log.note("action"));
        let n = "no number".parse()?;
        log.note("not reached");
        Ok(n)
    }
    let log = Log::default();
    assert!(scope(&log).is_err());
    log.expect(&["action"], "does `drop` run the action?");
}

/// Every way out of a scope: a panic runs the action, and goes on afterwards.
#[test]
fn runs_when_the_scope_panics() {
    drop(ScopeGuard::new((), drop)); // a guard that never runs its action is another test's concern
    apart(|| {
        let log = Log::default();
        let panic = panic_of(|| {
            let _guard = ScopeGuard::new((), |()| log.note("action"));
            panic_with("the scope");
        });
        log.expect(
            &["action"],
            "the scope has panicked: is there an `if !thread::panicking()` in the way?",
        );
        assert_eq!(panic, Some(Panic("the scope")));
    });
}

/// Dismissed: the action does not run, however often the guard is dismissed.
#[test]
fn a_dismissed_guard_runs_nothing() {
    let log = Log::default();
    {
        let mut guard = ScopeGuard::new((), |()| log.note("action"));
        ScopeGuard::dismiss(&mut guard);
        ScopeGuard::dismiss(&mut guard);
        log.note("last line of the scope");
    }
    log.expect(
        &["last line of the scope"],
        "the guard was dismissed: its action should never run",
    );
}

/// Dismissed, not empty: the value can be used until the scope ends, and is dropped there.
#[test]
fn a_dismissed_guard_keeps_its_value() {
    let log = Log::default();
    let seen = {
        let value = Noisy(log.clone(), "value dropped");
        let mut guard = ScopeGuard::new(value, |_| log.note("action"));
        ScopeGuard::dismiss(&mut guard);
        log.note("last line of the scope");
        guard.1
    };
    log.expect(
        &["last line of the scope", "value dropped"],
        "`dismiss` gives up the action, not the value: that is dropped once, at the scope's end",
    );
    assert_eq!(seen, "value dropped");
}

/// Dismissed: what the action held is let go at once. (Nobody waits for an action that never runs.)
#[test]
fn dismiss_lets_go_of_what_the_action_holds() {
    let held = Rc::new(());
    let action = |held: Rc<()>| move |()| drop(held);
    let mut guard = ScopeGuard::new((), action(Rc::clone(&held)));
    ScopeGuard::dismiss(&mut guard);
    let after_dismiss = Rc::strong_count(&held);
    drop(guard);
    assert_eq!(
        (after_dismiss, Rc::strong_count(&held)),
        (1, 1),
        "the action captured a clone of `held`: after `dismiss`, and after the guard, it should be gone"
    );
}

/// Taken out: the caller owns the value, and the action never runs.
#[test]
fn into_inner_gives_the_value_back_and_runs_nothing() {
    let log = Log::default();
    let value = Noisy(log.clone(), "value dropped");
    let value = ScopeGuard::into_inner(ScopeGuard::new(value, |_| log.note("action")));
    log.expect(&[], "the value is the caller's now, and still alive");
    drop(value);
    log.expect(&["value dropped"], "the action should never run");
}

/// Taken out of a dismissed guard: the value is still there.
#[test]
fn into_inner_works_after_dismiss() {
    let mut guard = ScopeGuard::new(7, drop);
    ScopeGuard::dismiss(&mut guard);
    assert_eq!(ScopeGuard::into_inner(guard), 7);
}

/// Nothing leaks: what the action held is let go when the value is taken out.
#[test]
fn into_inner_lets_go_of_what_the_action_holds() {
    let held = Rc::new(());
    let action = |held: Rc<()>| move |()| drop(held);
    let () = ScopeGuard::into_inner(ScopeGuard::new((), action(Rc::clone(&held))));
    assert_eq!(
        Rc::strong_count(&held),
        1,
        "the action captured a clone of `held`, and was forgotten instead of dropped: a leak"
    );
}

/// An action that panics has run: its panic reaches the caller, and the value is not leaked.
#[test]
fn an_action_that_panics_is_heard_and_does_not_run_again() {
    let log = Log::default();
    let panic = panic_of(|| {
        let value = Noisy(log.clone(), "value dropped");
        let _guard = ScopeGuard::new(value, |_value| {
            log.note("action");
            panic_with("the action");
        });
    });
    log.expect(
        &["action", "value dropped"],
        "the action should run once, and the value it owns should be dropped",
    );
    assert_eq!(
        panic,
        Some(Panic("the action")),
        "the action's panic was swallowed: the caller should hear of it"
    );
}

/// The payload itself goes on: whoever catches it finds what the action threw, and not a text made of it.
#[test]
fn an_action_panics_with_its_own_payload() {
    let out = catch_unwind(AssertUnwindSafe(|| {
        drop(ScopeGuard::new((), |()| {
            resume_unwind(Box::new("a text of the program"))
        }));
    }));
    let out = out.expect_err("the action's panic was swallowed: the caller should hear of it");
    assert_eq!(
        out.downcast_ref(),
        Some(&"a text of the program"),
        "another payload than the action's own: leave its panic alone"
    );
}

/// A second panic: an action that panics while the scope panics already aborts, as any destructor does. It is not swallowed.
#[test]
fn an_action_that_panics_while_the_scope_panics_aborts() {
    drop(ScopeGuard::new((), drop)); // a guard that never runs its action is another test's concern
    aborts("the panic of the action was swallowed", || {
        panic_of(|| {
            let _guard = ScopeGuard::new((), |()| panic_with("the action"));
            panic_with("the scope");
        });
    });
}

/// Runs `cleanup` in a destructor, during a panic.
#[track_caller]
fn during_a_panic(cleanup: impl FnMut()) {
    let panic = panic_of(|| {
        let _cleanup = DuringAPanic(cleanup);
        panic_with("the scope");
    });
    assert_eq!(panic, Some(Panic("the scope")));
}

/// Dismissed is dismissed, also by a destructor during a panic.
#[test]
fn a_guard_that_is_dismissed_during_a_panic_runs_nothing() {
    let mut first = ScopeGuard::new((), drop);
    ScopeGuard::dismiss(&mut first); // a `dismiss` that panics is another test's concern
    apart(|| {
        let log = Log::default();
        let action = |log: &Log| {
            let log = log.clone();
            move |value: Noisy| {
                log.note("action");
                drop(value);
            }
        };
        // Made before the panic, and gone after it.
        let mut outer = ScopeGuard::new(Noisy(log.clone(), "outer value"), action(&log));
        during_a_panic(|| {
            ScopeGuard::dismiss(&mut outer);
            // Made and gone during the panic.
            let mut inner = ScopeGuard::new(Noisy(log.clone(), "inner value"), action(&log));
            ScopeGuard::dismiss(&mut inner);
        });
        drop(outer);
        log.expect(
            &["inner value", "outer value"],
            "two guards were dismissed, by a destructor during a panic: no action should run, and each value be dropped once",
        );
    });
}

/// Taken out is taken out, also by a destructor during a panic: the action does not run, and nothing is lost.
#[test]
fn a_value_that_is_taken_out_during_a_panic_is_the_callers() {
    let () = ScopeGuard::into_inner(ScopeGuard::new((), drop)); // an `into_inner` that panics is another test's concern
    apart(|| {
        let log = Log::default();
        let value = Noisy(log.clone(), "value dropped");
        let mut guard = Some(ScopeGuard::new(value, |_| log.note("action")));
        let mut taken = None;
        during_a_panic(|| taken = guard.take().map(ScopeGuard::into_inner));
        log.expect(&[], "the value is the caller's now, and still alive");
        drop(taken);
        log.expect(&["value dropped"], "the action should never run");
    });
}

/// Armed is armed: a guard that is made and dropped during a panic runs its action; so does one that outlives the panic.
#[test]
fn a_guard_that_is_made_during_a_panic_runs_its_action() {
    drop(ScopeGuard::new((), drop)); // a guard that never runs its action is another test's concern
    apart(|| {
        let log = Log::default();
        let mut kept = None;
        during_a_panic(|| {
            drop(ScopeGuard::new((), |()| log.note("during the panic")));
            kept = Some(ScopeGuard::new((), |()| log.note("after the panic")));
        });
        log.expect(
            &["during the panic"],
            "dropped during a panic, which is no reason not to run",
        );
        drop(kept);
        log.expect(
            &["during the panic", "after the panic"],
            "made during a panic, and dropped after it: does the guard remember the panic?",
        );
    });
}

/// A guard is no more and no less bound to its thread than what is in it.
#[test]
fn a_guard_goes_where_its_value_and_action_may_go() {
    type Action<T> = fn(T);
    assert!(
        impls!(ScopeGuard<u32, Action<u32>>: Send & Sync),
        "a number and a function can go anywhere: so should their guard"
    );
    assert!(
        !impls!(ScopeGuard<Rc<u32>, Action<Rc<u32>>>: Send)
            && !impls!(ScopeGuard<Cell<u32>, Action<Cell<u32>>>: Sync),
        "the guard lends its value: it must not make an `Rc` sendable, or a `Cell` shareable"
    );
    assert!(
        !impls!(ScopeGuard<MutexGuard<'static, u32>, Action<MutexGuard<'static, u32>>>: Send),
        "a lock's guard stays on its thread, and so should the guard around it"
    );
}
