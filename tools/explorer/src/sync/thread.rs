//! Threads.

use std::cell::RefCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::time::Duration;

use super::content_of;
use crate::op::Op;
use crate::world::{self, step};

/// A handle to a thread, to unpark it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread {
    t: usize,
}

impl Thread {
    /// Wakes the thread if it is parked; otherwise its next [`park`] returns at once.
    pub fn unpark(&self) {
        step(Op::Unpark(self.t));
    }
}

/// The right to wait for the end of a thread.
pub struct JoinHandle<T> {
    t: usize,
    result: Rc<RefCell<Option<std::thread::Result<T>>>>,
}

// SAFETY: all threads of a program share one thread of the machine.
unsafe impl<T: Send> Send for JoinHandle<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for JoinHandle<T> {}

impl<T> JoinHandle<T> {
    /// The thread.
    pub fn thread(&self) -> Thread {
        Thread { t: self.t }
    }

    /// Waits for its end.
    ///
    /// # Errors
    ///
    /// What the thread was unwound with, by `resume_unwind`. Any other panic ends the program.
    pub fn join(self) -> std::thread::Result<T> {
        step(Op::Join(self.t));
        let result = self.result.borrow_mut().take();
        result.unwrap_or_else(|| Err(Box::new("the execution is over")))
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle")
            .field("t", &self.t)
            .finish_non_exhaustive()
    }
}

/// Starts a thread.
pub fn spawn<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    let result = Rc::new(RefCell::new(None));
    let slot = Rc::clone(&result);
    let t = world::spawn(Box::new(move || {
        match catch_unwind(AssertUnwindSafe(body)) {
            Ok(value) => {
                let content = content_of(&value);
                *slot.borrow_mut() = Some(Ok(value));
                content
            }
            Err(payload) if world::counts() => {
                *slot.borrow_mut() = Some(Err(payload));
                resume_unwind(Box::new("for whoever joins it"))
            }
            Err(payload) => resume_unwind(payload),
        }
    }));
    JoinHandle { t, result }
}

/// The running thread.
pub fn current() -> Thread {
    Thread { t: world::me() }
}

/// Sleeps until unparked, or for no reason less long.
pub fn park() {
    step(Op::Park { timed: false });
}

/// Sleeps until unparked or until time is up, which may be at any moment.
pub fn park_timeout(_time: Duration) {
    step(Op::Park { timed: true });
}

/// Says that this thread waits for another, as [`spin_loop`](super::hint::spin_loop) does.
pub fn yield_now() {
    step(Op::Pause);
}

/// Says that this thread waits for another. How long, makes no difference.
pub fn sleep(_time: Duration) {
    step(Op::Pause);
}
