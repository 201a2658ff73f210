use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::thread;
use std::time::Duration;

/// A value, and an action that consumes it when the scope ends, however it ends.
///
/// | `value` | `action` | the guard is | the end of its scope |
/// |---|---|---|---|
/// | `Some` | `Some` | armed | runs the action on the value |
/// | `Some` | `None` | dismissed | drops the value |
/// | `None` | `None` | spent: `into_inner` or `drop` is at work | does nothing |
///
/// The guard dereferences to its value, so its own functions take the guard as an argument
/// (`ScopeGuard::dismiss(&mut guard)`) and never hide a method of the value.
///
/// An action that panics has run: nothing calls it again, and its panic goes on. While the scope itself is
/// panicking, a panic that leaves an action aborts the process, as it does in any destructor.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use scope_guard::ScopeGuard;
///
/// let free = Cell::new(3);
/// {
///     free.set(free.get() - 1);
///     let _permit = ScopeGuard::new(&free, |free| free.set(free.get() + 1));
///     assert_eq!(free.get(), 2);
/// }
/// assert_eq!(free.get(), 3);
/// ```
///
/// A guard that is not bound to a name ends at once, so the compiler warns. Here the warning is an error:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use scope_guard::ScopeGuard;
/// ScopeGuard::new(1, |_| println!("at once")); // error: unused `ScopeGuard` that must be used
/// ```
///
/// What the action borrows has to outlive the guard:
///
/// ```compile_fail,E0597
/// # use std::cell::Cell;
/// # use scope_guard::ScopeGuard;
/// let guard;
/// let late = Cell::new(1);
/// guard = ScopeGuard::new((), |()| late.set(2)); // error[E0597]: `late` does not live long enough
/// ```
// ANCHOR: guard
#[must_use = "a guard that is not bound to a name runs its action at once"]
pub struct ScopeGuard<T, F: FnOnce(T)> {
    value: Option<T>,
    action: Option<F>,
}
// ANCHOR_END: guard

impl<T, F: FnOnce(T)> ScopeGuard<T, F> {
    /// Makes an armed guard: `action` will consume `value` when the guard is dropped.
    pub fn new(value: T, action: F) -> Self {
        Self {
            value: Some(value),
            action: Some(action),
        }
    }

    // ANCHOR: dismiss
    /// Disarms the guard, which keeps its value until the scope ends.
    ///
    /// The action, with everything it captured, is dropped now. Dismissing a guard
    /// twice is a no-op.
    pub fn dismiss(guard: &mut Self) {
        guard.action = None;
    }

    /// Takes the value back out; the action does not run and is dropped, with
    /// everything it captured.
    ///
    /// The guard is gone afterwards:
    ///
    /// ```compile_fail,E0382
    /// # use scope_guard::ScopeGuard;
    /// let guard = ScopeGuard::new(1, |_| ());
    /// let value = ScopeGuard::into_inner(guard);
    /// println!("{}", *guard); // error[E0382]: borrow of moved value: `guard`
    /// ```
    pub fn into_inner(guard: Self) -> T {
        let mut guard = guard;
        Self::dismiss(&mut guard);
        guard.value.take().expect(HELD)
    }
    // ANCHOR_END: dismiss
}

/// Why a guard that can still be used has a value.
const HELD: &str = "only `into_inner` and `drop` take the value, and both end the guard";

impl<T, F: FnOnce(T)> Deref for ScopeGuard<T, F> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value.as_ref().expect(HELD)
    }
}

impl<T, F: FnOnce(T)> DerefMut for ScopeGuard<T, F> {
    fn deref_mut(&mut self) -> &mut T {
        self.value.as_mut().expect(HELD)
    }
}

// ANCHOR: drop
impl<T, F: FnOnce(T)> Drop for ScopeGuard<T, F> {
    /// Runs the action on the value, if the guard is still armed.
    fn drop(&mut self) {
        // Take both before the call: if the action panics, nothing is left to
        // run again.
        if let (Some(value), Some(action)) = (self.value.take(), self.action.take()) {
            action(value);
        }
    }
}
// ANCHOR_END: drop

/// Reads the clock for spans, and takes what they report.
///
/// Spans call both functions from a destructor, even while the thread is unwinding. A panic there
/// would abort the process.
pub trait Tracer {
    /// The time elapsed since some fixed moment.
    fn now(&self) -> Duration;

    /// Takes the report of a span.
    fn record(&self, event: Event);
}

/// What a [`Span`] reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A scope has begun.
    Enter {
        /// The name of the span.
        name: &'static str,
    },
    /// A scope has ended.
    Exit {
        /// The name of the span.
        name: &'static str,
        /// The time from enter to exit. Zero if the clock was set back meanwhile.
        elapsed: Duration,
        /// How the scope was left.
        outcome: Outcome,
    },
}

/// How a scope was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// By its last line, `break`, `return` or `?`. A span does not see the returned value: an `Err`
    /// counts.
    Returned,
    /// By a panic that began inside.
    ///
    /// A span entered while its thread is already unwinding, in a destructor, reports
    /// [`Returned`](Self::Returned): from inside, a second panic cannot be told from the first.
    Panicked,
}

/// Reports that a scope begins and, on drop, that it has ended: after how long, and how.
///
/// A span belongs to the thread that entered it, whose panics it reports: it is not `Send`.
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use scope_guard::{Span, Tracer};
/// # fn scope(tracer: &impl Tracer) {
/// Span::enter(tracer, "request"); // error: unused `Span` that must be used
/// # }
/// ```
// ANCHOR: span
#[must_use = "a span that is not bound to a name exits at once"]
pub struct Span<'a, R: Tracer> {
    open: ScopeGuard<Open<'a, R>, fn(Open<'a, R>)>,
}

/// A scope that has begun and not ended: the value that a span guards.
struct Open<'a, R: Tracer> {
    tracer: &'a R,
    name: &'static str,
    entered: Duration,
    /// Whether the thread was already unwinding when the scope began.
    unwinding: bool,
    /// A raw pointer is not `Send`, and so neither is a type that claims to hold one.
    not_send: PhantomData<*const ()>,
}
// ANCHOR_END: span

// ANCHOR: trace
impl<'a, R: Tracer> Span<'a, R> {
    /// Reports [`Event::Enter`] and begins to count the time. The span's end reports [`Event::Exit`].
    pub fn enter(tracer: &'a R, name: &'static str) -> Self {
        tracer.record(Event::Enter { name });
        let open = Open {
            tracer,
            name,
            entered: tracer.now(),
            unwinding: thread::panicking(),
            not_send: PhantomData,
        };
        Self {
            open: ScopeGuard::new(open, Open::exit),
        }
    }

    /// The time since the span was entered.
    pub fn elapsed(&self) -> Duration {
        self.open.elapsed()
    }
}

impl<R: Tracer> Open<'_, R> {
    /// The time from enter until now. Zero if the clock was set back meanwhile.
    fn elapsed(&self) -> Duration {
        self.tracer.now().saturating_sub(self.entered)
    }

    /// The action of the guard: reports [`Event::Exit`].
    fn exit(self) {
        let panicked = thread::panicking() && !self.unwinding;
        self.tracer.record(Event::Exit {
            name: self.name,
            elapsed: self.elapsed(),
            outcome: if panicked {
                Outcome::Panicked
            } else {
                Outcome::Returned
            },
        });
    }
}
// ANCHOR_END: trace
