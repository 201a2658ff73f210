//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.
//!
//! Nothing here sleeps: each test says itself what time it is.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

use std::time::Duration;

/// What `crate::sync` means in the copy of your source that the models explore: `lanes::sync`, in which waiting is noticed.
use lanes::waits as sync;

/// A moment, or a length of time.
fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Of all times in which a token was taken, the two between which there are the most too many, and how many
/// tokens these are and might have been: `None` if every stretch of time keeps to the limit.
fn overdrawn(
    taken: &mut [Duration],
    burst: u64,
    interval: Duration,
) -> Option<(Duration, Duration, u64, u64)> {
    taken.sort_unstable();
    let interval = interval.as_nanos();
    // From the first token of a stretch to the last: `burst`, and one for each whole interval in between.
    let stretches = (0..taken.len()).flat_map(|to| (0..=to).map(move |from| (from, to)));
    stretches
        .map(|(from, to)| {
            let time = taken[to] - taken[from];
            let earned = (time.as_nanos() / interval) as u64;
            (
                taken[from],
                taken[to],
                (to - from + 1) as u64,
                burst + earned,
            )
        })
        .filter(|(_, _, got, limit)| got > limit)
        .max_by_key(|(_, _, got, limit)| got - limit)
}
