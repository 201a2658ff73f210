//! Schedules that loom leaves out or makes up, and what a run is told to do about them.

use std::rc::Rc;
use std::sync::atomic::Ordering;

use super::{current, switching, with};
use crate::run::Stores;

/// Notes that two threads have loaded the same atomic.
pub(crate) fn note_shared_loads() {
    with(|context| context.tally.shared_loads = true);
}

/// Whether loads are to be tried in both orders.
pub(crate) fn orders_loads() -> bool {
    with(|context| context.settings.ordered_loads)
}

/// Notes an attempt to lock.
pub(crate) fn note_lock_attempt() {
    with(|context| context.tally.lock_attempts = true);
}

/// Whether an attempt to lock and an unlock are to be tried in both orders.
pub(crate) fn orders_lock_attempts() -> bool {
    with(|context| context.settings.ordered_attempts)
}

/// Which order stores are to have. If not loom's own, gives the others a turn now, at a place that has
/// nothing to do with any object, so that the store itself need not.
pub(crate) fn take_turn_before_store() -> Stores {
    let stores = with(|context| context.settings.stores);
    if stores == Stores::AsLoomSays {
        return stores;
    }
    let thread = current();
    let gate = match with(|context| context.threads[thread].gate.clone()) {
        Some(gate) => gate,
        None => {
            let gate = Rc::new(loom::sync::Condvar::new());
            with(|context| context.threads[thread].gate = Some(Rc::clone(&gate)));
            gate
        }
    };
    // No thread waits for it: all that it does is to be a step.
    switching(|| gate.notify_one());
    stores
}

/// Puts a fence before an access with `ordering`, if that is SeqCst and follows another such access of the thread.
#[inline]
pub(crate) fn fence_before_seq_cst(ordering: Ordering) {
    if ordering != Ordering::SeqCst {
        return;
    }
    let fence = with(|context| {
        let thread = &mut context.threads[current()];
        std::mem::replace(&mut thread.seq_cst, true) && context.settings.seq_cst_fences
    });
    if fence {
        loom::sync::atomic::fence(Ordering::SeqCst);
    }
}
