//! Keeps an abort to the thread that caused it.
//!
//! A destructor that panics while another panic unwinds ends the process: Rust calls `abort`. In a test binary all
//! other tests would go down with it, and the report on the first panic, too. There is one place where this can be
//! stopped: the signal that `abort` raises, in the thread that called it.

/// Makes `stops` decide about every abort from now on. If it returns true, only the thread that aborts is stopped. Any
/// other abort ends the process, as ever.
///
/// It is called in a signal handler, so it must do nothing but what a signal handler may do.
#[cfg(unix)]
pub(crate) fn watch(stops: fn() -> bool) {
    use std::sync::OnceLock;

    static STOPS: OnceLock<fn() -> bool> = OnceLock::new();

    extern "C" fn on_abort(signal: libc::c_int) {
        if STOPS.get().is_some_and(|stops| stops()) {
            loop {
                // SAFETY: it takes no arguments, and may be called in a handler. The thread has nothing left to do.
                unsafe { libc::pause() };
            }
        }
        // SAFETY: `SIG_DFL` is an action, and it may be set in a handler.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
        // SAFETY: it may be called in a handler. The signal is blocked until this one returns, and then ends the
        // process.
        unsafe { libc::raise(signal) };
    }

    STOPS.get_or_init(|| stops);
    let on_abort: extern "C" fn(libc::c_int) = on_abort;
    // SAFETY:
    // - `on_abort` has the signature of a handler.
    // - It calls nothing but what a handler may call: `OnceLock::get` is one atomic load, and `stops` is held to it by
    //   the contract of this function.
    unsafe { libc::signal(libc::SIGABRT, on_abort as libc::sighandler_t) };
}

/// There is no such signal: such a model ends the process.
#[cfg(not(unix))]
pub(crate) fn watch(_stops: fn() -> bool) {}
