//! What to do while you wait.

use std::panic::Location;

use crate::execution::{is_unwinding, me, step};

/// Waits for a change of what this thread has looked at.
///
/// A real spin loop looks again and again. As long as nothing has changed it will see the same again, so these
/// rounds are left out: the thread is blocked until there is something new to see.
#[track_caller]
pub fn spin_loop() {
    if is_unwinding() {
        return;
    }
    let site = Location::caller();
    let me = me();
    let op = me.execution.state().start_to_spin(me.thread);
    step(op, 0, site, |state, thread, _| state.stop_spinning(thread));
}
