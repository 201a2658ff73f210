//! Somebody presses Ctrl-C, or closes the terminal.
//!
//! The tests are in process groups of their own, so that whatever they start ends with them. A terminal's signal does not
//! reach them there: the watcher has to pass it on.

#[cfg(unix)]
mod system {
    use std::sync::atomic::{AtomicI32, Ordering};

    static SIGNAL: AtomicI32 = AtomicI32::new(0);

    /// From now on such a signal is only noted.
    pub(crate) fn watch() {
        extern "C" fn note(signal: libc::c_int) {
            SIGNAL.store(signal, Ordering::Relaxed);
        }
        let note: extern "C" fn(libc::c_int) = note;
        // A pipe that nobody reads any more is among them: `cargo test | head`.
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP, libc::SIGPIPE] {
            // SAFETY: the handler only writes to an atomic.
            let before = unsafe { libc::signal(signal, note as libc::sighandler_t) };
            if before == libc::SIG_IGN {
                // As `nohup` wants it.
                // SAFETY: puts back what was there.
                unsafe { libc::signal(signal, before) };
            }
        }
    }

    pub(crate) fn has_come() -> bool {
        SIGNAL.load(Ordering::Relaxed) != 0
    }

    /// Ends this process as the signal would have done.
    pub(crate) fn obey() {
        let signal = SIGNAL.load(Ordering::Relaxed);
        // SAFETY: sets the action that ends the process.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
        // SAFETY: has no conditions.
        unsafe { libc::raise(signal) };
    }
}

/// Ctrl-C reaches every process of the console, and the end of the watcher ends the tests.
#[cfg(not(unix))]
mod system {
    pub(crate) fn watch() {}

    pub(crate) fn has_come() -> bool {
        false
    }

    pub(crate) fn obey() {}
}

pub(super) use system::*;
