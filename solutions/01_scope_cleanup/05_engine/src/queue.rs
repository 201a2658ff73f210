// Given: the queue between submitters and workers. Chapter 2 builds one.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::sync::{Condvar, Mutex, MutexGuard};

pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// The engine has stopped, or is about to: the job was not accepted, and comes back to the caller.
pub struct Refused(pub Job);

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Refused(..)")
    }
}

/// What a stopped engine did while it ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Jobs that returned.
    pub completed: usize,
    /// Jobs that panicked, and parts that panicked when they were closed.
    pub panicked: usize,
}

/// Jobs that wait for a worker, and whether more are accepted.
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    jobs: VecDeque<Job>,
    open: bool,
    tally: Stopped,
}

impl Queue {
    pub(crate) fn new() -> Self {
        let tally = Stopped {
            completed: 0,
            panicked: 0,
        };
        Self {
            state: Mutex::new(State {
                jobs: VecDeque::new(),
                open: true,
                tally,
            }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics under this lock")
    }

    /// Accepts `job`, unless the queue is closed.
    pub(crate) fn push(&self, job: Job) -> Result<(), Refused> {
        let mut state = self.lock();
        if !state.open {
            return Err(Refused(job));
        }
        state.jobs.push_back(job);
        self.changed.notify_one();
        Ok(())
    }

    /// Accepts nothing from now on. Accepted jobs stay. Idempotent.
    pub(crate) fn close(&self) {
        self.lock().open = false;
        self.changed.notify_all();
    }

    /// A worker's loop: runs jobs, sleeps while there are none, and returns when the queue is
    /// closed *and* empty. A job that panics does not end it.
    pub(crate) fn work(&self) {
        while let Some(job) = self.next() {
            if self.boundary(job) {
                self.lock().tally.completed += 1;
            }
        }
    }

    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if !state.open {
                return None;
            }
            state = self
                .changed
                .wait(state)
                .expect("nothing panics under this lock");
        }
    }

    /// Runs `work`, counts its panic if there is one, and returns whether it returned normally.
    pub(crate) fn boundary(&self, work: impl FnOnce()) -> bool {
        // AssertUnwindSafe: half-changed state is dropped with the work, or is behind locks of its
        // own.
        let returned = catch_unwind(AssertUnwindSafe(work)).is_ok();
        if !returned {
            self.lock().tally.panicked += 1;
        }
        returned
    }

    pub(crate) fn tally(&self) -> Stopped {
        self.lock().tally
    }
}
