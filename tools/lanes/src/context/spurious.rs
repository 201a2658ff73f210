//! Waits that end, and weak compare-exchanges that fail, without a reason: real ones do, and loom's do not.

use super::{current, with};

/// Whether this thread may wake up without a reason now: at most once per execution, or a loop around the
/// wait would never end.
pub(crate) fn may_wake_spuriously() -> bool {
    with(|context| {
        let thread = &mut context.threads[current()];
        context.settings.wakes_spuriously()
            && !std::mem::replace(&mut thread.woken_spuriously, true)
    })
}

/// Whether [`may_wake_spuriously`] would say yes. Leaves the one time as it is.
pub(crate) fn can_wake_spuriously() -> bool {
    with(|context| {
        context.settings.wakes_spuriously() && !context.threads[current()].woken_spuriously
    })
}

/// Whether the wait or park that begins now ends before any other thread takes a step.
///
/// Where loom wakes a thread without a reason, and where time is up, some other thread goes on first. If that one
/// stands in front of a lock, it takes the lock, and the thread that woke finds everything done. So each sleep is
/// tried without sleeping as well, in an exploration of its own.
pub(crate) fn sleep_ends_at_once(timed: bool) -> bool {
    with(|context| {
        if !timed && !context.settings.spurious {
            return false;
        }
        context.sleeps += 1;
        context.settings.sleepless == Some(context.sleeps)
    })
}

/// Whether the weak compare-exchange that is about to run fails without a reason.
pub(crate) fn weak_exchange_fails() -> bool {
    with(|context| {
        context.weak_exchanges += 1;
        context.settings.weak_failure == Some(context.weak_exchanges)
    })
}
