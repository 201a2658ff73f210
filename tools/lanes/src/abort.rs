//! Keeps an abort to the model that caused it.
//!
//! A destructor that panics while another panic unwinds ends the process: Rust calls `abort`. In a test binary all
//! other tests would go down with it, and the report on the first panic, too. There is one place where this can be
//! stopped: the signal that `abort` raises, in the thread that called it.

/// Makes [`context::about_to_abort`](crate::context::about_to_abort) decide about every abort from now on. Anybody
/// else's abort ends the process, as ever.
#[cfg(unix)]
pub(crate) fn watch() {
    extern "C" fn on_abort(signal: libc::c_int) {
        if crate::context::about_to_abort() {
            loop {
                // SAFETY: waits for a signal. The thread has nothing left to do, and cannot go back.
                unsafe { libc::pause() };
            }
        }
        // SAFETY: sets the action that ends the process.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
        // SAFETY: the signal is blocked until this handler returns, and ends the process then.
        unsafe { libc::raise(signal) };
    }
    let on_abort: extern "C" fn(libc::c_int) = on_abort;
    // SAFETY: the handler calls nothing but what a signal handler may call.
    unsafe { libc::signal(libc::SIGABRT, on_abort as libc::sighandler_t) };
}

/// There is no such signal: such a model ends the process.
#[cfg(not(unix))]
pub(crate) fn watch() {}
