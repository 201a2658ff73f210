//! Keeps the overflow of a coroutine's stack to the thread that caused it.
//!
//! Below each stack lies a page that must not be touched. To touch it is a signal, which ends the process unless somebody
//! says otherwise.

/// Makes `is_overflow` decide, from now on, about every access to memory that must not be touched, by its address. If it
/// returns true, only the thread that accesses is stopped. Any other such access ends the process, as ever.
///
/// It is called in a signal handler, so it must do nothing but what a signal handler may do.
#[cfg(unix)]
pub(crate) fn watch(is_overflow: fn(usize) -> bool) {
    use std::mem::{MaybeUninit, zeroed};
    use std::sync::OnceLock;

    static IS_OVERFLOW: OnceLock<fn(usize) -> bool> = OnceLock::new();
    static BEFORE: OnceLock<[libc::sigaction; 2]> = OnceLock::new();
    const SIGNALS: [libc::c_int; 2] = [libc::SIGSEGV, libc::SIGBUS];

    extern "C" fn on_signal(
        signal: libc::c_int,
        info: *mut libc::siginfo_t,
        _context: *mut libc::c_void,
    ) {
        // SAFETY: the system passes a valid one.
        let info = unsafe { &*info };
        // SAFETY: a signal of this sort has an address.
        let address = unsafe { info.si_addr() };
        if IS_OVERFLOW
            .get()
            .is_some_and(|is_overflow| is_overflow(address.addr()))
        {
            loop {
                // SAFETY: it takes no arguments, and may be called in a handler. The thread has nothing left to do.
                unsafe { libc::pause() };
            }
        }
        // Whoever was asked before is asked when the access is tried again.
        let nth = SIGNALS.iter().position(|it| *it == signal).unwrap_or(0);
        if let Some(before) = BEFORE.get() {
            // SAFETY: an action that was in force, for the same signal; it may be set in a handler.
            unsafe { libc::sigaction(signal, &before[nth], std::ptr::null_mut()) };
        }
    }

    IS_OVERFLOW.get_or_init(|| is_overflow);
    let on_signal: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) = on_signal;
    // SAFETY: all zeros are an action without flags.
    let mut action: libc::sigaction = unsafe { zeroed() };
    action.sa_sigaction = on_signal as libc::sighandler_t;
    // On the stack that `std` gives each of its threads for this.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    let before = SIGNALS.map(|signal| {
        let mut before = MaybeUninit::uninit();
        // SAFETY:
        // - `on_signal` has the signature of such a handler, and calls nothing but what a handler may call.
        // - `before` is valid for writes.
        unsafe { libc::sigaction(signal, &action, before.as_mut_ptr()) };
        // SAFETY: written, for the signal exists.
        unsafe { before.assume_init() }
    });
    BEFORE.get_or_init(|| before);
}

/// There is no such signal: such a model ends the process.
#[cfg(not(unix))]
pub(crate) fn watch(_is_overflow: fn(usize) -> bool) {}
