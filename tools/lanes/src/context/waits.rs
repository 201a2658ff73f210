//! A wait on a condition variable as rows of its own: the thread goes to sleep, wakes up, and locks again. It is one step for
//! the thread, and several for the engine that shows it.

use explorer::Woken;

use super::recorder::Pending;
use super::{CONTEXT, Context, enter_thread};
use crate::step::{Access, Op, Step, Wakeup};

/// That thread sleeps.
pub(crate) fn sleeps(thread: usize) {
    with_pending(thread, |context, wait| {
        context.steps.push(wait);
        context.pending[thread] = Some(waking(&wait, Wakeup::Notified));
    });
}

/// It sleeps no longer, and is about to lock again.
pub(crate) fn wakes(thread: usize, why: Woken) {
    let why = match why {
        Woken::Notified => Wakeup::Notified,
        Woken::TimedOut => Wakeup::TimedOut,
        Woken::Spurious => Wakeup::Spurious,
    };
    with_pending(thread, |context, sleep| {
        context.steps.push(waking(&sleep, why));
        context.pending[thread] = Some(relocking(&sleep));
    });
}

impl Pending {
    /// Ends a wait, when the mutex is locked again.
    pub(crate) fn end_of_wait(self, timed_out: bool, fill: impl FnOnce(&mut Step)) {
        let thread = self.thread;
        enter_thread(thread);
        with_pending(thread, |context, pending| {
            let mut lock = pending;
            // Nobody was told of the rows in between.
            if let Op::Wait { .. } = pending.op {
                let why = if timed_out {
                    Wakeup::TimedOut
                } else {
                    Wakeup::Notified
                };
                context.steps.extend([pending, waking(&pending, why)]);
                lock = relocking(&pending);
            }
            fill(&mut lock);
            context.steps.push(lock);
        });
    }
}

fn with_pending(thread: usize, work: impl FnOnce(&mut Context, Step)) {
    CONTEXT.with_borrow_mut(|context| {
        let Some(context) = context else { return };
        if let Some(pending) = context.pending.get_mut(thread).and_then(Option::take) {
            work(context, pending);
        }
    });
}

fn waking(wait: &Step, why: Wakeup) -> Step {
    let mut step = Step::new(Op::Woken(why), wait.site);
    step.thread = wait.thread;
    step.object = wait.object;
    // Its mutex, for the row that follows.
    step.second_object = wait.second_object;
    step
}

fn relocking(wait: &Step) -> Step {
    let mut step = Step::new(Op::Lock(Access::Mutex), wait.site);
    step.thread = wait.thread;
    step.object = wait.second_object;
    step
}
