use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::panic::Location;
use std::rc::Rc;

use explorer::raw::{self, Content};

use super::{Result, Thread, begin_thread, run_thread};
use crate::context::{self, begin};
use crate::step::{Op, Site, Step};

/// Starts threads that may borrow what is outside, and waits for all of them.
#[track_caller]
pub fn scope<'env, R>(run: impl for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> R) -> R {
    let scope = Scope {
        running: RefCell::default(),
        site: Location::caller(),
        _scope: PhantomData,
        _environment: PhantomData,
    };
    // Waits even if `run` unwinds by a panic that is part of the program.
    struct Wait<'a, 'scope, 'env>(&'a Scope<'scope, 'env>);
    impl Drop for Wait<'_, '_, '_> {
        fn drop(&mut self) {
            self.0.wait();
        }
    }
    let wait = Wait(&scope);
    // SAFETY: the scope outlives the call: `wait` is dropped before it, and borrows it until then. What has the longer lifetime
    // is given to `run` only, and to threads, for which `wait` waits.
    let shared: &Scope<'_, 'env> = unsafe { mem::transmute(wait.0) };
    let result = run(shared);
    drop(wait);
    result
}

/// Where threads are started that end before it does.
pub struct Scope<'scope, 'env: 'scope> {
    /// The threads that nobody has waited for.
    running: RefCell<Vec<Running>>,
    site: Site,
    _scope: PhantomData<&'scope mut &'scope ()>,
    _environment: PhantomData<&'env mut &'env ()>,
}

struct Running {
    thread: usize,
    /// Under loom.
    handle: Option<loom::thread::JoinHandle<()>>,
}

// SAFETY: all threads of a model share one thread of the machine, so its `RefCell` is never reached by two at once.
unsafe impl Sync for Scope<'_, '_> {}

impl<'scope> Scope<'scope, '_> {
    /// Starts a thread.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, run: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let site = Location::caller();
        let (thread, step) = begin_thread(None, site);
        let number = thread.number;
        let result = Rc::new(RefCell::new(None));
        let slot = Rc::clone(&result);
        let run = move || {
            let value = run_thread(number, site, run);
            let content = raw::content_of(&value);
            *slot.borrow_mut() = Some(value);
            content
        };
        let run: Box<dyn FnOnce() -> Content + 'scope> = Box::new(run);
        // SAFETY: the types differ in the lifetime only, and `scope` waits for the thread before that ends. If the execution ends
        // before, the thread never runs again.
        let run: Box<dyn FnOnce() -> Content + 'static> = unsafe { mem::transmute(run) };
        let handle = match context::explores() {
            true => {
                raw::thread::spawn(number, run);
                None
            }
            false => Some(loom::thread::spawn(move || {
                run();
            })),
        };
        step.end(|_| {});
        let running = Running {
            thread: number,
            handle,
        };
        self.running.borrow_mut().push(running);
        ScopedJoinHandle {
            thread,
            result,
            running: &self.running,
        }
    }

    /// Waits for all threads.
    fn wait(&self) {
        while !context::unwinding() {
            let first = self.running.borrow().first().map(|it| it.thread);
            let Some(thread) = first else { break };
            join(&self.running, thread, self.site);
        }
    }
}

/// Waits for that thread, if nobody has.
fn join(running: &RefCell<Vec<Running>>, thread: usize, site: Site) {
    let found = running.borrow().iter().position(|it| it.thread == thread);
    let Some(found) = found else { return };
    let it = running.borrow_mut().remove(found);
    let step = begin(site, || Step::new(Op::Join(thread), site));
    match it.handle {
        Some(handle) => drop(handle.join()),
        None => raw::thread::join(thread),
    }
    step.end(|_| {});
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

/// The right to wait for the end of a thread of a scope.
pub struct ScopedJoinHandle<'scope, T> {
    thread: Thread,
    result: Rc<RefCell<Option<T>>>,
    running: &'scope RefCell<Vec<Running>>,
}

// SAFETY: all threads of a model share one thread of the machine, so its `Rc` is never reached by two at once.
unsafe impl<T: Send> Send for ScopedJoinHandle<'_, T> {}
// SAFETY: as for `Send`; and a shared reference reaches nothing of it but the thread's number and name.
unsafe impl<T: Send> Sync for ScopedJoinHandle<'_, T> {}

impl<T> ScopedJoinHandle<'_, T> {
    /// Waits for the thread to end.
    ///
    /// # Errors
    ///
    /// Never: a thread that panics ends the model.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        join(self.running, self.thread.number, Location::caller());
        let result = self.result.borrow_mut().take();
        result.ok_or_else(|| Box::new("the execution is over") as _)
    }

    /// The thread, to name or to unpark it.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }
}

impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedJoinHandle").finish_non_exhaustive()
    }
}
