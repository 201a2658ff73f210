use std::thread;

/// Closures that run when the stack is dropped: the last deferred first, each exactly once.
///
/// | the scope ends by | its closures run | and then |
/// |---|---|---|
/// | its last line, `return`, `?`, `break` | yes | the first panic among them, if there was one, resumes |
/// | a panic | yes | that panic continues; a closure's own panic is swallowed |
/// | `process::exit`, an abort | no | |
///
/// A leaked stack (`mem::forget`, or a cycle of `Rc`s) never runs its closures. That is safe, as
/// every leak is.
///
/// A closure may borrow anything that outlives the stack. It need not be `Send`, so the stack is
/// not `Send` either. Declare the stack after what its closures borrow, because locals are dropped
/// last declared first:
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
    /// What has not run yet. The next one to run is last.
    deferred: Vec<Box<dyn FnOnce() + 'a>>,
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
    pub fn defer(&mut self, action: impl FnOnce() + 'a) {
        todo!("put `action` on the stack")
    }

    // ANCHOR: run
    /// Runs now what would have run when the stack is dropped, and leaves the stack empty.
    ///
    /// What is deferred after this call runs at the next `run`, or when the stack is dropped.
    ///
    /// # Panics
    ///
    /// A closure that panics does not stop the others. Once all have run, the first panic, in the
    /// order in which they ran, resumes with its own payload. The payloads of later panics are
    /// dropped: the panic hook has printed their messages, and no caller can catch them.
    ///
    /// On a thread that is already unwinding, no panic resumes and every payload is dropped. A
    /// second panic that leaves a destructor would abort the process.
    ///
    /// A payload whose own destructor panics is not handled.
    pub fn run(&mut self) {
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !thread::panicking() {
            todo!("run every closure, the last deferred first, and think of one that panics")
        }
    }
    // ANCHOR_END: run
}

impl Drop for DeferStack<'_> {
    /// Runs what has not run yet, as [`run`](Self::run) does.
    fn drop(&mut self) {
        // Replace all of this, as above.
        if !thread::panicking() {
            todo!("run what has not run yet")
        }
    }
}
