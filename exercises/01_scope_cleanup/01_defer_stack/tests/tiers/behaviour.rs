//! What one thread sees.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use defer_stack::DeferStack;
use impls::impls;
use lanes::drops::{Item, dropped};
use lanes::panics::{Panic, panic_of, panic_with};
use lanes::stress::apart;

/// What ran, in the order in which it ran.
#[derive(Default)]
struct Log(RefCell<Vec<&'static str>>);

impl Log {
    fn note(&self, what: &'static str) {
        self.0.borrow_mut().push(what);
    }

    #[track_caller]
    fn expect(&self, expected: &[&str], hint: &str) {
        assert_eq!(*self.0.borrow(), expected, "{hint}");
    }
}

/// `defer` only puts a closure aside; it runs when the scope has ended, and not before.
#[test]
fn runs_nothing_before_the_scope_ends() {
    let log = Log::default();
    {
        let mut cleanup = DeferStack::new();
        assert!(cleanup.is_empty(), "a new stack holds nothing");
        cleanup.defer(|| log.note("deferred"));
        assert_eq!(cleanup.len(), 1, "does `defer` keep the closure?");
        log.expect(&[], "`defer` should keep the closure, not call it");
        log.note("last line of the scope");
    }
    log.expect(
        &["last line of the scope", "deferred"],
        "the scope has ended: does `drop` run what was deferred?",
    );
}

/// Order: the last closure deferred runs first, so that it may use what the earlier ones release.
#[test]
fn runs_the_last_deferred_first() {
    let log = Log::default();
    {
        let mut cleanup = DeferStack::new();
        cleanup.defer(|| log.note("first"));
        cleanup.defer(|| log.note("second"));
        cleanup.defer(|| log.note("third"));
    }
    log.expect(
        &["third", "second", "first"],
        "last in, first out: from which end do you take the next closure?",
    );
}

/// Every way out of a scope: an early `return` runs what was deferred so far, and nothing else.
#[test]
fn runs_on_an_early_return() {
    fn scope(log: &Log) -> u32 {
        let mut cleanup = DeferStack::new();
        cleanup.defer(|| log.note("deferred before the return"));
        if cleanup.len() == 1 {
            return 7;
        }
        cleanup.defer(|| log.note("deferred after the return"));
        0
    }
    let log = Log::default();
    assert_eq!(scope(&log), 7);
    log.expect(&["deferred before the return"], "does `drop` run?");
}

/// Every way out of a scope: `?` is a return, and the error reaches the caller.
#[test]
fn runs_on_a_question_mark() {
    fn scope(log: &Log) -> Result<u32, std::num::ParseIntError> {
        let mut cleanup = DeferStack::new();
        cleanup.defer(|| log.note("deferred"));
        let n: u32 = "no number".parse()?;
        log.note("not reached");
        Ok(n)
    }
    let log = Log::default();
    assert!(scope(&log).is_err());
    log.expect(&["deferred"], "does `drop` run?");
}

/// Every way out of a scope: a panic runs what was deferred, and goes on afterwards.
#[test]
fn runs_when_the_scope_panics() {
    apart(|| {
        let log = Log::default();
        let panic = panic_of(|| {
            let mut cleanup = DeferStack::new();
            cleanup.defer(|| log.note("first"));
            cleanup.defer(|| log.note("second"));
            panic_with("the scope");
        });
        log.expect(
            &["second", "first"],
            "the scope has panicked: is there an `if !thread::panicking()` in the way?",
        );
        assert_eq!(panic, Some(Panic("the scope")));
    });
}

/// Once: what an explicit `run` has run does not run again when the scope ends.
#[test]
fn run_runs_now_and_the_scope_end_does_not_run_it_again() {
    let log = Log::default();
    {
        let mut cleanup = DeferStack::new();
        cleanup.defer(|| log.note("first"));
        cleanup.defer(|| log.note("second"));
        cleanup.run();
        log.expect(&["second", "first"], "`run` should run everything now");
        assert!(
            cleanup.is_empty(),
            "does `run` take the closures off the stack?"
        );
        cleanup.run();
        log.note("last line of the scope");
    }
    log.expect(
        &["second", "first", "last line of the scope"],
        "a closure ran twice: take it off the stack before you call it",
    );
}

/// Once, and not less: a stack goes on working after `run`.
#[test]
fn what_is_deferred_after_run_runs_too() {
    let log = Log::default();
    {
        let mut cleanup = DeferStack::new();
        cleanup.defer(|| log.note("before run"));
        cleanup.run();
        cleanup.defer(|| log.note("after run"));
    }
    log.expect(
        &["before run", "after run"],
        "deferred after `run` and lost: does the stack remember that it has run once?",
    );
}

/// One that panics: the closures below it still run when the scope ends, and then the panic goes on.
#[test]
fn a_closure_that_panics_does_not_stop_the_others() {
    let log = Log::default();
    let panic = panic_of(|| {
        let mut cleanup = DeferStack::new();
        cleanup.defer(|| log.note("first"));
        cleanup.defer(|| panic_with("the second"));
        cleanup.defer(|| log.note("third"));
    });
    log.expect(
        &["third", "first"],
        "the second closure panics: what becomes of the closures below it?",
    );
    assert_eq!(
        panic,
        Some(Panic("the second")),
        "the panic was swallowed: once the others have run, it should go on"
    );
}

/// One that panics in an explicit `run`: the others run before the panic goes on, and the stack is empty.
#[test]
fn a_panic_in_run_goes_on_after_the_others_have_run() {
    apart(|| {
        let log = Log::default();
        let mut cleanup = DeferStack::new();
        cleanup.defer(|| log.note("first"));
        cleanup.defer(|| panic_with("the second"));
        let panic = panic_of(|| cleanup.run());
        log.expect(
            &["first"],
            "`run` has ended, by a panic: had it run everything?",
        );
        assert_eq!(
            panic,
            Some(Panic("the second")),
            "the panic was swallowed: once the others have run, it should go on"
        );
        assert!(
            cleanup.is_empty(),
            "does `run` take a closure off before it calls it?"
        );
        cleanup.defer(|| log.note("deferred later"));
        drop(cleanup);
        log.expect(
            &["first", "deferred later"],
            "the stack should go on working",
        );
    });
}

/// Several that panic: the caller gets the first panic, which may well have caused the others.
#[test]
fn the_first_of_two_panics_goes_on() {
    apart(|| {
        let panic = panic_of(|| {
            let mut cleanup = DeferStack::new();
            cleanup.defer(|| panic_with("deferred first, runs last"));
            cleanup.defer(|| panic_with("deferred last, runs first"));
        });
        assert_eq!(
            panic,
            Some(Panic("deferred last, runs first")),
            "two closures panicked: the panic of the one that *ran* first should go on"
        );
    });
}

/// A panic while the scope panics already: nothing aborts, and the scope's own panic goes on.
#[test]
fn closures_may_panic_while_the_scope_panics() {
    apart(|| {
        let log = Log::default();
        let panic = panic_of(|| {
            let mut cleanup = DeferStack::new();
            cleanup.defer(|| log.note("first"));
            cleanup.defer(|| panic_with("the second"));
            cleanup.defer(|| panic_with("the third"));
            panic_with("the scope");
        });
        log.expect(
            &["first"],
            "two closures panic: what becomes of the one below?",
        );
        assert_eq!(
            panic,
            Some(Panic("the scope")),
            "the scope panicked first: its panic should go on"
        );
    });
}

/// The same without `drop`: a destructor that calls `run` during a panic is not ended by a panic of a closure.
#[test]
fn run_lets_no_panic_out_while_the_thread_unwinds() {
    struct Connection<'a>(&'a Log);

    impl Drop for Connection<'_> {
        fn drop(&mut self) {
            let mut cleanup = DeferStack::new();
            cleanup.defer(|| self.0.note("first"));
            cleanup.defer(|| panic_with("the second"));
            cleanup.run();
            self.0.note("after run");
        }
    }

    apart(|| {
        let log = Log::default();
        let panic = panic_of(|| {
            let _connection = Connection(&log);
            panic_with("the scope");
        });
        log.expect(
            &["first", "after run"],
            "`run` was called by a destructor while the scope panicked: it should run everything, and return",
        );
        assert_eq!(panic, Some(Panic("the scope")));
    });
}

/// The payload itself goes on: whoever catches it finds what was thrown, and not a text made of it, or a box round it.
#[test]
fn a_panic_goes_on_with_its_own_payload() {
    fn thrown<P: Send + 'static>(payload: P) -> P {
        let out = catch_unwind(AssertUnwindSafe(|| {
            let mut cleanup = DeferStack::new();
            let mut payload = Some(payload);
            cleanup.defer(move || resume_unwind(Box::new(payload.take().expect("it runs once"))));
        }));
        let out =
            out.expect_err("the panic was swallowed: once the others have run, it should go on");
        *out.downcast().unwrap_or_else(|_| {
            panic!(
                "another payload than the closure's own: `resume_unwind` lets a panic go on, `panic!` and `panic_any` make a new one"
            )
        })
    }
    assert_eq!(thrown("a text of the program"), "a text of the program");
    assert_eq!(thrown(7_u8), 7);
    let text = String::from("a text of its own");
    let address = text.as_ptr();
    let out = thrown(text);
    assert_eq!(
        out.as_ptr(),
        address,
        "a copy of the text came out, in a new panic: let the old one go on, with `resume_unwind`"
    );
}

/// Nothing leaks: whatever a panic brings along is dropped, unless it is the one that goes on.
#[test]
fn the_payloads_of_later_panics_are_dropped() {
    let brought = Arc::new(());
    let other = Arc::clone(&brought);
    let panic = panic_of(|| {
        let mut cleanup = DeferStack::new();
        cleanup.defer(move || resume_unwind(Box::new(Arc::clone(&other))));
        cleanup.defer(|| panic_with("the first to run"));
    });
    assert_eq!(panic, Some(Panic("the first to run")));
    assert_eq!(
        Arc::strong_count(&brought),
        1,
        "the payload of the second panic is leaked: nobody can catch it, so it should be dropped"
    );

    let other = Arc::clone(&brought);
    let panic = panic_of(|| {
        let mut cleanup = DeferStack::new();
        cleanup.defer(move || resume_unwind(Box::new(Arc::clone(&other))));
        panic_with("the scope");
    });
    assert_eq!(panic, Some(Panic("the scope")));
    assert_eq!(
        Arc::strong_count(&brought),
        1,
        "the scope was panicking, and the payload of a closure's panic is leaked: it should be dropped"
    );
}

/// Nothing is left: what the closures have captured is dropped once, in `run` as at the scope's end, and of one that
/// panics, too.
#[test]
fn what_the_closures_hold_is_dropped_with_them() {
    fn three_of(cleanup: &mut DeferStack<'_>) {
        let items = [Item(1), Item(2), Item(3)];
        for item in items {
            cleanup.defer(move || {
                let item = &item; // all of it, not only its number
                if item.0 == 2 {
                    panic_with("the second");
                }
            });
        }
    }
    let mut cleanup = DeferStack::new();
    three_of(&mut cleanup);
    assert_eq!(dropped(), [], "nothing has run yet");
    let panic = panic_of(|| cleanup.run());
    assert_eq!(panic, Some(Panic("the second")));
    let mut after_run = dropped();
    after_run.sort_unstable();
    assert_eq!(
        after_run,
        [1, 2, 3],
        "`run` has run every closure: what they captured should be gone, once"
    );
    three_of(&mut cleanup);
    let panic = panic_of(|| drop(cleanup));
    assert_eq!(panic, Some(Panic("the second")));
    let mut after_drop = dropped();
    after_drop.sort_unstable();
    assert_eq!(
        after_drop,
        [1, 2, 3],
        "every closure has run: what they captured should be gone, once"
    );
}

/// Numbers: a stack is as high as it has to be.
#[test]
fn a_hundred_thousand_closures_run() {
    const MANY: u32 = 100_000;
    let left = Cell::new(MANY);
    {
        let mut cleanup = DeferStack::new();
        for at in 0..MANY {
            let left = &left;
            cleanup.defer(move || {
                assert_eq!(left.get(), at + 1, "the one below ran first, or not at all");
                left.set(at);
            });
        }
    }
    assert_eq!(left.get(), 0, "so many closures did not run");
}

/// Made by a destructor during a panic, and gone before that panic is: nothing aborts, and the scope's panic goes on.
#[test]
fn a_stack_of_a_destructor_lets_no_panic_out_while_the_thread_unwinds() {
    struct Connection<'a>(&'a Log);

    impl Drop for Connection<'_> {
        fn drop(&mut self) {
            let mut cleanup = DeferStack::new();
            cleanup.defer(|| self.0.note("first"));
            cleanup.defer(|| {
                // A closure that fails may well have a stack of its own.
                let mut inner = DeferStack::new();
                inner.defer(|| self.0.note("inner"));
                panic_with("the second");
            });
        }
    }

    DeferStack::new().defer(|| ()); // a `defer` that panics is another test's concern
    apart(|| {
        let log = Log::default();
        let panic = panic_of(|| {
            let _connection = Connection(&log);
            panic_with("the scope");
        });
        log.expect(
            &["inner", "first"],
            "a destructor made a stack while the scope panicked: all of it should run",
        );
        assert_eq!(panic, Some(Panic("the scope")));
    });
}

/// Made by a destructor during a panic, and run when that panic is over: what counts is whether the thread unwinds *now*.
#[test]
fn a_stack_that_outlives_a_panic_lets_its_own_panics_out() {
    struct Connection<'a>(&'a Cell<Option<DeferStack<'static>>>);

    impl Drop for Connection<'_> {
        fn drop(&mut self) {
            let mut cleanup = DeferStack::new();
            cleanup.defer(|| panic_with("a closure"));
            self.0.set(Some(cleanup));
        }
    }

    DeferStack::new().defer(|| ()); // as above
    let kept = Cell::new(None);
    let panic = panic_of(|| {
        let _connection = Connection(&kept);
        panic_with("the scope");
    });
    assert_eq!(panic, Some(Panic("the scope")));
    let panic = panic_of(|| drop(kept.take()));
    assert_eq!(
        panic,
        Some(Panic("a closure")),
        "the stack was made during a panic, and that is over: now the panic of a closure should go on"
    );
}

/// A closure may hold what must stay on its thread (an `Rc`, a lock's guard), so the stack must stay too.
#[test]
fn a_stack_stays_on_its_thread() {
    assert!(
        !impls!(DeferStack<'static>: Send),
        "a stack must not be `Send` while its closures need not be"
    );
}
