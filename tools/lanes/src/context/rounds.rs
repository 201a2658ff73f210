//! The rounds of a loop in which a thread waits: one that sees what the round before saw need not be explored.

use super::{HOT, current, with};
use crate::step::ObjectId;

/// The running thread saw `value` in `object`: part of the round of its waiting loop.
#[inline]
pub(crate) fn saw(object: ObjectId, value: u64) {
    HOT.with(|hot| {
        let Some(round) = hot.rounds.get(hot.current.get()) else {
            return;
        };
        // Any mixing will do: a collision costs one spin.
        let mixed = round.get() ^ value.wrapping_add(u64::from(object.0) << 32);
        let mixed = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29);
        round.set(mixed.wrapping_add(1));
    });
}

/// Shared state has changed: a waiting thread has a reason to look again.
#[inline]
pub(crate) fn changed() {
    HOT.with(|hot| hot.changes.set(hot.changes.get() + 1));
}

/// The running thread has come round its waiting loop. Returns whether it is exactly where it was: it
/// saw the same as the round before, and nothing has changed since.
pub(crate) fn round_was_futile() -> bool {
    with(|context| {
        let thread = current();
        let round = HOT.with(|hot| (hot.rounds[thread].take(), hot.changes.get()));
        let thread = &mut context.threads[thread];
        thread.last_round.replace(round) == Some(round) && context.settings.skip_futile_rounds
    })
}
