//! The threads of a model: which of them is running, and where each sleeps.

use std::cell::Cell;
use std::rc::Rc;

use super::{HOT, Thread, with};

/// A thread's parking place.
pub(crate) struct Parker {
    pub(crate) notify: loom::sync::Notify,
    /// Whether an `unpark` waits to be used up.
    pub(crate) token: Cell<bool>,
}

/// Which thread of the model is running.
#[inline]
pub(crate) fn current() -> usize {
    HOT.with(|hot| hot.current.get())
}

/// The coroutine that calls it is thread `thread` from here on.
#[inline]
pub(crate) fn enter_thread(thread: usize) {
    HOT.with(|hot| hot.current.set(thread));
}

/// Calls something in loom that may let other threads run first, outside of a step.
pub(crate) fn switching<R>(call: impl FnOnce() -> R) -> R {
    let thread = current();
    let result = call();
    enter_thread(thread);
    result
}

/// Makes room for a new thread and returns its number.
pub(crate) fn add_thread(name: Option<String>) -> usize {
    with(|context| {
        context.threads.push(Thread {
            name,
            ..Thread::default()
        });
        context.threads.len() - 1
    })
}

/// The name that a thread was started with.
pub(crate) fn thread_name(thread: usize) -> Option<String> {
    with(|context| context.threads[thread].name.clone())
}

/// Where a thread sleeps when it waits on a condition variable.
pub(crate) fn sleep_place(thread: usize) -> Rc<loom::sync::Notify> {
    if let Some(place) = with(|context| context.threads[thread].sleep.clone()) {
        return place;
    }
    let place = Rc::new(loom::sync::Notify::new());
    with(|context| context.threads[thread].sleep = Some(Rc::clone(&place)));
    place
}

/// Where a thread parks.
pub(crate) fn parker(thread: usize) -> Rc<Parker> {
    if let Some(place) = with(|context| context.threads[thread].park.clone()) {
        return place;
    }
    let place = Rc::new(Parker {
        notify: loom::sync::Notify::new(),
        token: Cell::new(false),
    });
    with(|context| context.threads[thread].park = Some(Rc::clone(&place)));
    place
}
