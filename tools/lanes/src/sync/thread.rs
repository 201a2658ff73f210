//! Threads, and how they sleep and wake.

mod scope;

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::panic::Location;
use std::rc::Rc;
use std::time::Duration;

use explorer::raw;

use super::{hint, local};
use crate::context::{self, Pending, begin};
use crate::step::{Op, Site, Step};

pub use scope::{Scope, ScopedJoinHandle, scope};
pub use std::thread::Result;

/// Starts a thread.
#[track_caller]
pub fn spawn<F, T>(run: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    start(run, None, Location::caller())
}

/// Starts a thread with a name.
#[derive(Debug, Default)]
pub struct Builder {
    name: Option<String>,
}

impl Builder {
    /// A thread with nothing special.
    pub fn new() -> Self {
        Self { name: None }
    }

    /// Names the thread: reports will call it so.
    #[must_use]
    pub fn name(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }

    /// Changes nothing: stacks have a fixed size in a model.
    #[must_use]
    pub fn stack_size(self, _bytes: usize) -> Self {
        self
    }

    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// Never.
    #[track_caller]
    pub fn spawn<F, T>(self, run: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        Ok(start(run, self.name, Location::caller()))
    }
}

fn start<T: Send + 'static>(
    run: impl FnOnce() -> T + Send + 'static,
    name: Option<String>,
    site: Site,
) -> JoinHandle<T> {
    let (thread, step) = begin_thread(name, site);
    let number = thread.number;
    let run = move || run_thread(number, site, run);
    let backing = match context::explores() {
        false => Backing::Loom(loom::thread::spawn(run)),
        true => {
            let result = Rc::new(RefCell::new(None));
            let slot = Rc::clone(&result);
            raw::thread::spawn(number, move || {
                let value = run();
                let content = raw::content_of(&value);
                *slot.borrow_mut() = Some(value);
                content
            });
            Backing::Explorer(result)
        }
    };
    step.end(|_| {});
    JoinHandle { backing, thread }
}

/// Begins the step that starts a thread.
fn begin_thread(name: Option<String>, site: Site) -> (Thread, Pending) {
    let number = match context::explores() {
        true => raw::thread::next(),
        false => context::add_thread(),
    };
    context::name_thread(number, name.clone());
    let step = begin(site, || Step::new(Op::Spawn(number), site));
    (Thread { number, name }, step)
}

/// All that a thread does.
fn run_thread<T>(number: usize, site: Site, run: impl FnOnce() -> T) -> T {
    context::enter_thread(number);
    let result = context::run_thread(|| {
        let result = run();
        local::end_thread(number);
        result
    });
    context::record(Step::new(Op::End, site));
    result
}

/// The right to wait for a thread's end.
pub struct JoinHandle<T> {
    backing: Backing<T>,
    thread: Thread,
}

/// Where the engine that runs the model leaves what a thread returns.
enum Backing<T> {
    Loom(loom::thread::JoinHandle<T>),
    Explorer(Rc<RefCell<Option<T>>>),
}

// SAFETY: all threads of a model share one thread of the machine, so its `Rc` is never reached by two at once.
unsafe impl<T: Send> Send for JoinHandle<T> {}
// SAFETY: as for `Send`; and a shared reference reaches nothing of it but the thread's number and name.
unsafe impl<T: Send> Sync for JoinHandle<T> {}

impl<T> JoinHandle<T> {
    /// Waits for the thread to end.
    ///
    /// # Errors
    ///
    /// Never: a thread that panics ends the model.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        let site = Location::caller();
        let step = begin(site, || Step::new(Op::Join(self.thread.number), site));
        let result = match self.backing {
            Backing::Loom(handle) => handle.join(),
            Backing::Explorer(slot) => {
                raw::thread::join(self.thread.number);
                let result = slot.borrow_mut().take();
                result.ok_or_else(|| Box::new("the execution is over") as _)
            }
        };
        step.end(|_| {});
        result
    }

    /// Not explored: a model has no step for it. Store to an atomic flag at the end of the thread's closure, and load that.
    ///
    /// ```compile_fail,E0277
    /// use lanes::sync::thread;
    ///
    /// thread::spawn(|| 1).is_finished();
    /// ```
    pub fn is_finished(&self) -> bool
    where
        Self: CanBeAsked,
    {
        unreachable!("it does not compile")
    }

    /// The thread, to name or to unpark it.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }
}

/// What can be asked whether it has ended: nothing.
#[diagnostic::on_unimplemented(
    message = "a model cannot explore `JoinHandle::is_finished`",
    label = "not in a model",
    note = "store to an atomic flag at the end of the thread's closure, and load that; or `join`"
)]
pub trait CanBeAsked {}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}

/// A thread of the model.
#[derive(Clone, Debug)]
pub struct Thread {
    number: usize,
    name: Option<String>,
}

/// Which thread of the execution it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThreadId(usize);

impl Thread {
    /// What tells it from others.
    pub fn id(&self) -> ThreadId {
        ThreadId(self.number)
    }

    /// Its name, if it was given one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Wakes the thread if it is parked; otherwise its next [`park`] returns at once.
    #[track_caller]
    pub fn unpark(&self) {
        self.unpark_at(Location::caller());
    }

    pub(super) fn unpark_at(&self, site: Site) {
        if context::unwinding() {
            return;
        }
        let step = begin(site, || Step::new(Op::Unpark(self.number), site));
        match context::explores() {
            true => raw::thread::unpark(self.number),
            false => local::parker(self.number).notify(),
        }
        step.end(|_| {});
    }
}

/// Whether the running thread unwinds.
pub fn panicking() -> bool {
    match context::explores() {
        true => raw::panicking(),
        false => std::thread::panicking(),
    }
}

/// The running thread.
pub fn current() -> Thread {
    Thread {
        number: context::current(),
        name: context::thread_name(context::current()),
    }
}

/// Sleeps until another thread unparks this one, or until it wakes up without a reason, as it may.
#[track_caller]
pub fn park() {
    park_at(Location::caller());
}

pub(super) fn park_at(site: Site) {
    if !context::unwinding() {
        sleep_parked(false, site);
    }
}

/// Sleeps until another thread unparks this one or time is up, which may be at any moment.
#[track_caller]
pub fn park_timeout(_time: Duration) {
    if context::unwinding() {
        return;
    }
    sleep_parked(true, Location::caller());
}

fn sleep_parked(timed: bool, site: Site) {
    let op = if timed { Op::ParkTimeout } else { Op::Park };
    let step = begin(site, || Step::new(op, site));
    match context::explores() {
        true => raw::thread::park(timed),
        false if timed => loom::thread::yield_now(),
        false => local::parker(context::current()).wait(),
    }
    step.end(|step| step.spurious = raw::details().spurious);
}

/// Lets the others go first. Time does not pass in a model.
#[track_caller]
pub fn sleep(_time: Duration) {
    hint::spin("sleep", Location::caller());
}

/// Lets the others go first.
#[track_caller]
pub fn yield_now() {
    hint::spin("yield_now", Location::caller());
}
