//! What a span reports, on a clock that stands still unless a test moves it.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use impls::impls;
use lanes::panics::{panic_of, panic_with};
use lanes::stress::apart;
use scope_guard::{Event, Outcome, Span, Tracer};

/// Records every event, and is the clock.
#[derive(Default)]
struct Tape {
    now: Cell<Duration>,
    events: RefCell<Vec<Event>>,
}

impl Tape {
    fn set_clock(&self, seconds: u64) {
        self.now.set(Duration::from_secs(seconds));
    }

    #[track_caller]
    fn expect(&self, expected: &[Event], hint: &str) {
        assert_eq!(*self.events.borrow(), expected, "{hint}");
    }
}

impl Tracer for Tape {
    fn now(&self) -> Duration {
        self.now.get()
    }

    fn record(&self, event: Event) {
        self.events.borrow_mut().push(event);
    }
}

fn enter(name: &'static str) -> Event {
    Event::Enter { name }
}

fn exit(name: &'static str, seconds: u64, outcome: Outcome) -> Event {
    Event::Exit {
        name,
        elapsed: Duration::from_secs(seconds),
        outcome,
    }
}

/// Both ends are reported, each at its moment.
#[test]
fn reports_the_enter_and_then_the_exit() {
    let tape = Tape::default();
    let reported_inside = {
        let _span = Span::enter(&tape, "request");
        tape.events.borrow().clone()
    };
    assert_eq!(
        reported_inside,
        [enter("request")],
        "the scope has begun and not ended"
    );
    tape.expect(
        &[enter("request"), exit("request", 0, Outcome::Returned)],
        "the scope has ended: is the exit reported?",
    );
}

/// The time runs from enter to exit, whatever the clock showed before.
#[test]
fn measures_from_the_enter_to_the_exit() {
    let tape = Tape::default();
    tape.set_clock(100);
    {
        let _span = Span::enter(&tape, "request");
        tape.set_clock(107);
    }
    tape.expect(
        &[enter("request"), exit("request", 7, Outcome::Returned)],
        "entered at 100 s, left at 107 s: when is the clock read for the exit?",
    );
}

/// The guarded value can be used while the span is open.
#[test]
fn tells_how_long_it_is_open() {
    apart(|| {
        let tape = Tape::default();
        tape.set_clock(100);
        let elapsed = {
            let span = Span::enter(&tape, "request");
            tape.set_clock(103);
            span.elapsed()
        };
        assert_eq!(
            elapsed,
            Duration::from_secs(3),
            "entered at 100 s, asked at 103 s"
        );
    });
}

/// An inner span ends first, and each keeps its own time.
#[test]
fn spans_nest() {
    let tape = Tape::default();
    {
        let _request = Span::enter(&tape, "request");
        tape.set_clock(1);
        let _query = Span::enter(&tape, "query");
        tape.set_clock(3);
    }
    tape.expect(
        &[
            enter("request"),
            enter("query"),
            exit("query", 2, Outcome::Returned),
            exit("request", 3, Outcome::Returned),
        ],
        "the inner span should end first",
    );
}

/// Every way out of a scope: `?` ends the span, and is a return.
#[test]
fn an_error_is_a_return() {
    fn scope(tape: &Tape) -> Result<u32, std::num::ParseIntError> {
        let _span = Span::enter(tape, "parse");
        tape.set_clock(2);
        "no number".parse()
    }
    let tape = Tape::default();
    assert!(scope(&tape).is_err());
    tape.expect(
        &[enter("parse"), exit("parse", 2, Outcome::Returned)],
        "the scope was left by `?`",
    );
}

/// Every way out of a scope: a panic ends the span too, and the span says that it was a panic.
#[test]
fn a_panic_ends_the_span_and_is_said() {
    apart(|| {
        let tape = Tape::default();
        let panic = panic_of(|| {
            let _span = Span::enter(&tape, "request");
            tape.set_clock(5);
            panic_with("the request");
        });
        assert!(panic.is_some());
        tape.expect(
            &[enter("request"), exit("request", 5, Outcome::Panicked)],
            "the scope panicked: ask `thread::panicking()` when the span ends",
        );
    });
}

/// A panic that is caught inside the scope is not the scope's outcome.
#[test]
fn a_panic_that_was_caught_inside_is_a_return() {
    apart(|| {
        let tape = Tape::default();
        {
            let _span = Span::enter(&tape, "request");
            let panic = panic_of(|| panic_with("a part of it"));
            assert!(panic.is_some());
        }
        tape.expect(
            &[enter("request"), exit("request", 0, Outcome::Returned)],
            "the panic was over when the span ended",
        );
    });
}

/// A cleanup that runs during somebody else's panic, and gets to its end, has returned.
#[test]
fn a_cleanup_during_a_panic_returns() {
    struct Cleanup<'a>(&'a Tape);

    impl Drop for Cleanup<'_> {
        fn drop(&mut self) {
            let _span = Span::enter(self.0, "cleanup");
        }
    }

    apart(|| {
        let tape = Tape::default();
        let panic = panic_of(|| {
            let _cleanup = Cleanup(&tape);
            panic_with("the scope");
        });
        assert!(panic.is_some());
        tape.expect(
            &[enter("cleanup"), exit("cleanup", 0, Outcome::Returned)],
            "the thread was unwinding before the span began: the panic is not the span's",
        );
    });
}

/// Begun during a panic and left when that is over: still nobody panicked *inside*.
#[test]
fn a_span_that_outlives_a_panic_returns() {
    struct Cleanup<'a, 's>(&'a Tape, &'s RefCell<Option<Span<'a, Tape>>>);

    impl Drop for Cleanup<'_, '_> {
        fn drop(&mut self) {
            *self.1.borrow_mut() = Some(Span::enter(self.0, "repair"));
        }
    }

    apart(|| {
        let tape = Tape::default();
        let repair = RefCell::new(None);
        let panic = panic_of(|| {
            let _cleanup = Cleanup(&tape, &repair);
            panic_with("the scope");
        });
        assert!(panic.is_some());
        drop(repair.take());
        tape.expect(
            &[enter("repair"), exit("repair", 0, Outcome::Returned)],
            "the thread was unwinding when the span began, and was not when it ended: who panicked inside?",
        );
    });
}

/// A clock can be set back. A subtraction that overflows would panic, in a destructor.
#[test]
fn a_clock_that_is_set_back_gives_zero() {
    apart(|| {
        let tape = Tape::default();
        tape.set_clock(100);
        {
            let _span = Span::enter(&tape, "request");
            tape.set_clock(40);
        }
        tape.expect(
            &[enter("request"), exit("request", 0, Outcome::Returned)],
            "entered at 100 s, left at 40 s by a clock that was set back: that is zero, and no reason to panic",
        );
    });
}

/// The same while the span is open: whoever asks for the time is not answered with a panic.
#[test]
fn a_clock_that_is_set_back_gives_zero_while_the_span_is_open() {
    let tape = Tape::default();
    tape.set_clock(100);
    let span = Span::enter(&tape, "request");
    tape.set_clock(40);
    assert_eq!(
        span.elapsed(),
        Duration::ZERO,
        "entered at 100 s, asked at 40 s of a clock that was set back: that is zero, and no reason to panic"
    );
}

/// Time: no nanosecond is lost, and no second, however long a span is open.
#[test]
fn the_time_is_exact_from_a_nanosecond_to_the_longest() {
    for (entered, left) in [
        (Duration::ZERO, Duration::from_nanos(1)),
        (Duration::from_nanos(1_999_999), Duration::from_millis(2)),
        (Duration::from_nanos(1), Duration::MAX),
    ] {
        let tape = Tape::default();
        tape.now.set(entered);
        let span = Span::enter(&tape, "request");
        tape.now.set(left);
        let asked = span.elapsed();
        drop(span);
        let hint = format!(
            "entered at {entered:?}, left at {left:?}: is the time kept in another unit, or in fewer bits?"
        );
        assert_eq!(asked, left - entered, "{hint}");
        let exit = Event::Exit {
            name: "request",
            elapsed: left - entered,
            outcome: Outcome::Returned,
        };
        tape.expect(&[enter("request"), exit], &hint);
    }
}

/// A span reports the panics of the thread that entered it, so it has to end there.
#[test]
fn a_span_stays_on_its_thread() {
    struct Shared;

    impl Tracer for Shared {
        fn now(&self) -> Duration {
            Duration::ZERO
        }

        fn record(&self, _event: Event) {}
    }

    assert!(
        impls!(&Shared: Send) && !impls!(Span<'static, Shared>: Send),
        "a span that moved to another thread would report that thread's panics"
    );
}
