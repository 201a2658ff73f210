use crate::sync::thread::{self, JoinHandle};
use crate::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Waits until all tasks of a group are done.
///
/// A task is added as a guard, [`Task`], and is done when the guard is dropped: at the end of its thread, on an
/// early return, on a panic.
///
/// A group is reusable: after a wait, new tasks may be added.
///
/// # Ordering
///
/// Everything a thread did before it dropped its `Task` happens before everything after a
/// [`wait`](WaitGroup::wait) that waited for it.
///
/// # Examples
///
/// ```
/// use wait_group::WaitGroup;
///
/// let group = WaitGroup::new();
/// for page in 1..=3 {
///     group.spawn(move || println!("page {page} is printed"));
/// }
/// group.wait(); // all pages are printed
/// ```
pub struct WaitGroup {
    shared: Arc<Shared>,
}

struct Shared {
    /// How many `Task`s are alive.
    pending: Mutex<usize>,
    /// Notified when `pending` becomes zero.
    all_done: Condvar,
}

impl Shared {
    #[track_caller] // a model's report names the caller's line
    fn pending(&self) -> MutexGuard<'_, usize> {
        // Ignore poison: a count is one word, so a panicking holder cannot leave it torn.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WaitGroup {
    /// Makes a group without a task.
    pub fn new() -> Self {
        Self {
            shared: Arc::new(Shared {
                pending: Mutex::new(0),
                all_done: Condvar::new(),
            }),
        }
    }

    /// Adds a task. It is counted when `add` returns, so add *before* you start the thread that will do it.
    pub fn add(&self) -> Task {
        todo!("count one more task")
    }

    // ANCHOR: spawn
    /// Adds a task and spawns a thread that does it. It is done when `work`, and
    /// everything it owns, is dropped.
    ///
    /// A task whose `work` panics is done, too. The handle reports the panic.
    pub fn spawn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T> {
        todo!("add a task, move it into a new thread, and do the work there")
    }
    // ANCHOR_END: spawn

    /// How many tasks are not done: a snapshot, which may be stale by the time you use it.
    pub fn pending(&self) -> usize {
        todo!("look at the count")
    }

    // ANCHOR: wait
    /// Waits until no task is pending, including tasks added while it waits.
    ///
    /// # Blocking
    ///
    /// Returns at once if there is no task. Otherwise it sleeps until the last one
    /// is done: forever if one is never dropped, because the caller holds it or it
    /// was leaked with `mem::forget`.
    pub fn wait(&self) {
        todo!("sleep for as long as there are tasks")
    }
    // ANCHOR_END: wait
}

impl Default for WaitGroup {
    fn default() -> Self {
        Self::new()
    }
}

/// A task that is not done yet. Drop it when it is.
///
/// It is meant to move to another thread. A clone is one more task of the same group, so a task can
/// add tasks without the count reaching zero in between. Not keeping it draws a warning, which is
/// an error here:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use wait_group::WaitGroup;
/// WaitGroup::new().add(); // error: unused `Task` that must be used
/// ```
#[must_use = "a task that is not bound to a name is done at once"]
pub struct Task {
    shared: Arc<Shared>,
}

impl Task {
    // ANCHOR: task
    /// Counts one more task. The only constructor, so the count equals the number
    /// alive.
    fn count(shared: &Arc<Shared>) -> Self {
        todo!("add one to the count, and make the task that stands for it")
    }
}

impl Clone for Task {
    fn clone(&self) -> Self {
        todo!("a clone is one more task")
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        // Replace all of this, the `if` too. It only keeps the unsolved exercise from panicking in the middle
        // of a panic, which would abort every test at once.
        if !std::thread::panicking() {
            todo!("one task less; was it the last?")
        }
    }
}
// ANCHOR_END: task
