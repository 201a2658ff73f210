//! Threads.

use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use super::hint;
use crate::execution::{Me, me, run, step};
use crate::memory::ThreadId;
use crate::op::Op;

pub use std::thread::{Result, panicking};

/// Starts a thread. The first is called A, the next one B, and so on.
#[track_caller]
pub fn spawn<F, T>(body: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let Me { execution, thread } = me();
    let has_result = size_of::<T>() > 0;
    let mut state = execution.state();
    let child = state.add_thread(Some(thread), has_result, Location::caller());
    let result = Arc::new(Mutex::new(None));
    let me = Me {
        execution: execution.clone(),
        thread: child,
    };
    let place = Arc::clone(&result);
    let started = std::thread::spawn(move || {
        run(me, move || {
            let value = body();
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        });
    });
    state.started.push(started);
    JoinHandle {
        thread: child,
        result,
    }
}

/// The right to wait for a thread's end.
#[derive(Debug)]
pub struct JoinHandle<T> {
    thread: ThreadId,
    result: Arc<Mutex<Option<T>>>,
}

impl<T> JoinHandle<T> {
    /// Waits for the thread to end.
    ///
    /// # Errors
    ///
    /// Never: a thread that panics ends the run.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        let ended = self.thread;
        step(
            Op::Join(ended),
            0,
            Location::caller(),
            |state, thread, _| {
                state.join(thread, ended);
            },
        );
        let value = self
            .result
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        Ok(value.expect("a thread has ended without a result"))
    }
}

/// Lets the others go first.
#[track_caller]
pub fn yield_now() {
    hint::spin_loop();
}
