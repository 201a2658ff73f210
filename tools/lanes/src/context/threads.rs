//! The threads of a model: which of them is running, and what each is called.

use super::{CONTEXT, HOT, with};

/// Whether the model runs on our own engine, and not on loom.
#[inline]
pub(crate) fn explores() -> bool {
    explorer::raw::is_open()
}

/// Which thread of the model is running.
#[inline]
pub(crate) fn current() -> usize {
    match explores() {
        true => explorer::raw::current(),
        false => HOT.with(|hot| hot.current.get()),
    }
}

/// The coroutine that calls it is thread `thread` from here on.
#[inline]
pub(crate) fn enter_thread(thread: usize) {
    HOT.with(|hot| hot.current.set(thread));
}

/// The number of a new thread, under loom.
pub(crate) fn add_thread() -> usize {
    with(|context| {
        context.threads.push(None);
        context.threads.len() - 1
    })
}

/// Notes the name that a thread was started with.
pub(crate) fn name_thread(thread: usize, name: Option<String>) {
    CONTEXT.with_borrow_mut(|context| {
        let Some(context) = context else { return };
        if context.threads.len() <= thread {
            context.threads.resize(thread + 1, None);
        }
        context.threads[thread] = name;
    });
}

/// The name that a thread was started with.
pub(crate) fn thread_name(thread: usize) -> Option<String> {
    CONTEXT.with_borrow(|context| context.as_ref()?.threads.get(thread)?.clone())
}
