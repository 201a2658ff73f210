use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::queue::{Job, Queue, Refused, Stopped};
use crate::sync::thread::{self, JoinHandle};

type BoxError = Box<dyn Error + Send + Sync>;

/// What opening a part returns. Its drop undoes the opening: flushes, closes, deregisters.
type Guard = Box<dyn Send>;

type Open = Box<dyn FnOnce(&Submitter) -> Result<Guard, BoxError> + Send>;

/// An engine that has not been started: a list of what to start, in order.
///
/// Its life cycle is three types, and each transition consumes the previous one:
///
/// | type | you can | and get |
/// |---|---|---|
/// | `Engine` | add parts and workers, [`start`](Engine::start) | [`Running`] |
/// | [`Running`] | hand out [`Submitter`]s, [`stop`](Running::stop) it or just drop it | [`Stopped`] |
/// | [`Stopped`] | read what was done | |
///
/// So an engine that has not been started takes no work:
///
/// ```compile_fail,E0599
/// # use engine::Engine;
/// let submitter = Engine::new().submitter(); // error[E0599]: no method named `submitter` found
/// ```
///
/// it cannot be started twice:
///
/// ```compile_fail,E0382
/// # use engine::Engine;
/// let engine = Engine::new();
/// let one = engine.start();
/// let two = engine.start(); // error[E0382]: use of moved value: `engine`
/// ```
///
/// and one that has been stopped takes no new work and cannot be stopped twice:
///
/// ```compile_fail,E0382
/// # use engine::Engine;
/// let running = Engine::new().start().unwrap();
/// running.stop();
/// running.stop(); // error[E0382]: use of moved value: `running`
/// ```
///
/// An engine that is not bound to a name is stopped in the statement that starts it, so the compiler warns. Here the
/// warning is an error:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use engine::Engine;
/// Engine::new().start().unwrap(); // error: unused `Running` that must be used
/// ```
///
/// # Examples
///
/// ```
/// use engine::{Engine, Submitter};
///
/// let engine = Engine::new()
///     .part("log", |_: &Submitter| std::fs::File::open("Cargo.toml"))
///     .workers(2);
/// let running = engine.start()?;
/// running.submitter().submit(|| println!("at work")).expect("it runs");
/// assert_eq!(running.stop().completed, 1);
/// # Ok::<(), engine::StartError>(())
/// ```
#[must_use = "an engine does nothing before `start`"]
#[derive(Default)]
pub struct Engine {
    steps: Vec<Step>,
}

/// Something to start.
enum Step {
    Part { name: &'static str, open: Open },
    Worker,
}

/// A started component, to be stopped.
enum Started {
    /// Dropping the guard closes the part.
    Part(Guard),
    /// A thread in [`Queue::work`].
    Worker(JoinHandle<()>),
}

impl Engine {
    /// Makes an engine of no parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part. `open` returns a guard whose drop closes the part.
    pub fn part<G, E>(
        mut self,
        name: &'static str,
        open: impl FnOnce(&Submitter) -> Result<G, E> + Send + 'static,
    ) -> Self
    where
        G: Send + 'static,
        E: Into<BoxError>,
    {
        self.steps.push(Step::Part {
            name,
            open: Box::new(|submitter| match open(submitter) {
                Ok(guard) => Ok(Box::new(guard)),
                Err(error) => Err(error.into()),
            }),
        });
        self
    }

    /// Adds `count` threads that run what is submitted.
    pub fn workers(mut self, count: usize) -> Self {
        self.steps.extend((0..count).map(|_| Step::Worker));
        self
    }

    // ANCHOR: start
    /// Starts everything, in the order in which it was added.
    ///
    /// # Errors
    ///
    /// If a part does not open, what was started before it is stopped, the last first,
    /// and nothing after it is tried.
    ///
    /// # Panics
    ///
    /// If opening a part panics, or the system cannot spawn a thread. What was
    /// started is stopped then, too.
    pub fn start(self) -> Result<Running, StartError> {
        todo!("start each step, and keep what is started where its drop will find it")
    }
    // ANCHOR_END: start
}

/// A part did not open.
#[derive(Debug)]
pub struct StartError {
    /// The name of the part.
    pub part: &'static str,
    /// What it said.
    pub source: BoxError,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` did not open: {}", self.part, self.source)
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.source.as_ref())
    }
}

/// The right to submit work. Clone it, send it, keep it: it does not keep the engine running.
#[derive(Clone)]
pub struct Submitter {
    queue: Arc<Queue>,
}

impl Submitter {
    /// Hands `job` to the workers. Accepted work runs, even if the engine is stopped right after.
    ///
    /// Without a worker there is nobody to run it: if the engine has none, or its start fails before the first one, what
    /// was accepted is dropped with the engine and the last submitter.
    ///
    /// # Errors
    ///
    /// Refuses the job, and gives it back, once the engine has begun to stop.
    pub fn submit(&self, job: impl FnOnce() + Send + 'static) -> Result<(), Refused> {
        let job: Job = Box::new(job);
        self.queue.push(job)
    }
}

/// A running engine. Its drop is its stop.
///
/// Dropping it does, in this order:
/// 1. refuse new work;
/// 2. stop what was started, the last first: a worker is joined when it has run what was accepted, a part is
///    closed.
///
/// A part that panics while closing does not keep the others open; [`Stopped`] counts it. (A panic payload whose own
/// destructor panics is not handled.)
///
/// # Blocking
///
/// Waits for the jobs that were accepted. On one of the engine's own threads it does not wait for that
/// thread: it runs what is left of the work itself, and the thread ends when its job has returned.
///
/// # Leaks
///
/// A leaked `Running` ([`std::mem::forget`], or a cycle of `Arc`s) is never stopped. That is safe,
/// as every leak is; only a count of the threads shows it.
#[must_use = "dropping a running engine stops it: bind it to a name for as long as it should run"]
pub struct Running {
    queue: Arc<Queue>,
    /// In start order.
    started: Vec<Started>,
}

impl Running {
    /// A handle for submitting work, to pass to other threads.
    pub fn submitter(&self) -> Submitter {
        Submitter {
            queue: Arc::clone(&self.queue),
        }
    }

    /// Stops the engine, as dropping it does, and returns what it has done.
    pub fn stop(self) -> Stopped {
        todo!("stop, and say what was done: the queue keeps the tally")
    }
}

// ANCHOR: drop
impl Drop for Running {
    fn drop(&mut self) {
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !std::thread::panicking() {
            todo!("refuse new work, then stop what was started, the last first")
        }
    }
}
// ANCHOR_END: drop
