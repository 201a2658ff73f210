//! Threads, and how they sleep and wake.

use std::fmt;
use std::io;
use std::panic::Location;
use std::time::Duration;

use super::hint;
use crate::context::{self, begin};
use crate::step::{Op, Site, Step};

pub use std::thread::{Result, panicking};

/// Starts a thread. A model has at most five, its own included.
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
    let number = context::add_thread(name.clone());
    let step = begin(site, || Step::new(Op::Spawn(number), site));
    let loom = loom::thread::spawn(move || {
        context::enter_thread(number);
        let result = context::run_thread(run);
        context::record(Step::new(Op::End, site));
        context::changed();
        result
    });
    step.end(|_| {});
    JoinHandle {
        loom,
        thread: Thread { number, name },
    }
}

/// The right to wait for a thread's end.
pub struct JoinHandle<T> {
    loom: loom::thread::JoinHandle<T>,
    thread: Thread,
}

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
        let result = self.loom.join();
        step.end(|_| {});
        result
    }

    /// The thread, to name or to unpark it.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }
}

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
        if context::unwinding() {
            return;
        }
        let site = Location::caller();
        let step = begin(site, || Step::new(Op::Unpark(self.number), site));
        let parker = context::parker(self.number);
        parker.token.set(true);
        parker.notify.notify();
        context::changed();
        step.end(|_| {});
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
    if context::unwinding() {
        return;
    }
    let site = Location::caller();
    let step = begin(site, || Step::new(Op::Park, site));
    let thread = context::current();
    let parker = context::parker(thread);
    if context::sleep_ends_at_once(false) && !parker.token.get() {
        step.end(|step| step.spurious = true);
        return;
    }
    let spurious = loop {
        parker.notify.wait();
        context::enter_thread(thread);
        if parker.token.replace(false) {
            break false;
        }
        if context::may_wake_spuriously() {
            break true;
        }
    };
    step.end(|step| step.spurious = spurious);
}

/// Sleeps until another thread unparks this one or time is up, which may be at any moment.
#[track_caller]
pub fn park_timeout(_time: Duration) {
    if context::unwinding() {
        return;
    }
    let parker = context::parker(context::current());
    if parker.token.get() {
        return park();
    }
    if !context::sleep_ends_at_once(true) {
        hint::spin(Location::caller());
    }
}

/// Lets the others go first. Time does not pass in a model.
#[track_caller]
pub fn sleep(_time: Duration) {
    hint::spin(Location::caller());
}

/// Lets the others go first.
#[track_caller]
pub fn yield_now() {
    hint::spin(Location::caller());
}
