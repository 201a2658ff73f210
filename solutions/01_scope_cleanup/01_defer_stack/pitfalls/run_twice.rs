// Pitfall: `run` goes through the list and leaves the closures in it.
// Caught by: behaviour::run_runs_now_and_the_scope_end_does_not_run_it_again
// Because: does `run` take the closures off the stack?
// Lesson: `FnOnce` lets a closure be called once only; loosen it to `FnMut` and keeping count is up to you.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

/// Closures that run when the stack is dropped: the last deferred first, each exactly once.
///
/// | the scope ends by | its closures run | and then |
/// |---|---|---|
/// | its last line, `return`, `?`, `break` | yes | the first panic among them, if there was one, goes on |
/// | a panic | yes | that panic goes on; a panic of a closure goes no further |
/// | `process::exit`, an abort | no | |
///
/// A stack that is leaked, with `mem::forget` or in a cycle of `Rc`s, never runs its closures. That is safe,
/// as every leak is.
///
/// A closure may borrow whatever outlives the stack, on this thread: it need not be `Send`, so the stack is
/// not `Send` either. Declare the stack after what its closures borrow, because locals are dropped last
/// declared first:
///
/// ```compile_fail,E0597
/// # use std::cell::Cell;
/// # use defer_stack::DeferStack;
/// let mut cleanup = DeferStack::new();
/// let late = Cell::new(1);
/// cleanup.defer(|| late.set(2)); // error[E0597]: `late` does not live long enough
/// ```
///
/// A stack that is not bound to a name ends at once, so the compiler warns. Here the warning is an error:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use defer_stack::DeferStack;
/// DeferStack::new(); // error: unused `DeferStack` that must be used
/// ```
///
/// # Examples
///
/// ```
/// use std::cell::RefCell;
/// use defer_stack::DeferStack;
///
/// let log = RefCell::new(Vec::new());
/// {
///     let mut cleanup = DeferStack::new();
///     cleanup.defer(|| log.borrow_mut().push("close the file"));
///     cleanup.defer(|| log.borrow_mut().push("flush it"));
///     log.borrow_mut().push("write");
/// }
/// assert_eq!(*log.borrow(), ["write", "flush it", "close the file"]);
/// ```
// ANCHOR: stack
#[derive(Default)]
#[must_use = "a stack that is not bound to a name is dropped at once"]
pub struct DeferStack<'a> {
    /// What has not run yet. The one that runs next is at the end.
    deferred: Vec<Box<dyn FnMut() + 'a>>,
}
// ANCHOR_END: stack

impl<'a> DeferStack<'a> {
    /// Makes an empty stack.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many closures have not run yet.
    pub fn len(&self) -> usize {
        self.deferred.len()
    }

    /// Whether every closure has run, or none was ever deferred.
    pub fn is_empty(&self) -> bool {
        self.deferred.is_empty()
    }

    /// Puts `action` on top of the stack. It runs before everything that was deferred earlier.
    pub fn defer(&mut self, action: impl FnMut() + 'a) {
        self.deferred.push(Box::new(action));
    }

    /// Runs now what would have run when the stack is dropped, and leaves the stack empty.
    ///
    /// What is deferred after this call runs at the next `run`, or when the stack is dropped.
    ///
    /// # Panics
    ///
    /// A closure that panics does not stop the others. Once all have run, the first panic, in the order in
    /// which they ran, goes on with its own payload. The payloads of later ones are dropped: the panic hook
    /// has printed their messages, and nobody can catch them.
    ///
    /// On a thread that is unwinding already, no panic goes on and every payload is dropped. A second panic
    /// that leaves a destructor would abort the process.
    ///
    /// A payload whose own destructor panics is not taken care of.
    pub fn run(&mut self) {
        let mut first_panic = None;
        for action in self.deferred.iter_mut().rev() {
            // What a closure leaves half done is seen by the ones below it, and by whoever catches the
            // panic: as with any panic that runs through a scope.
            if let Err(payload) = catch_unwind(AssertUnwindSafe(action)) {
                first_panic.get_or_insert(payload);
            }
        }
        if let Some(payload) = first_panic
            && !thread::panicking()
        {
            resume_unwind(payload);
        }
    }
}

impl Drop for DeferStack<'_> {
    /// Runs what has not run yet, as [`run`](Self::run) does.
    fn drop(&mut self) {
        self.run();
    }
}
