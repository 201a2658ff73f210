//! A value that was made long ago.

use std::hint::black_box;
use std::time::Duration;

use bench_kit::crowded;

/// The time in which each of so many threads reads a value that is there, `rounds` times, [per thread](crowded). The
/// value is 7.
///
/// # Panics
///
/// Panics if it is not.
pub fn reads<S: Sync>(
    threads: u32,
    rounds: u64,
    fresh: impl Fn() -> S,
    read: impl Fn(&S) -> u64 + Sync,
) -> Duration {
    let filled = || {
        let once = fresh();
        assert_eq!(read(&once), 7);
        once
    };
    crowded(
        threads,
        rounds,
        filled,
        |once| assert_eq!(read(black_box(once)), 7),
        |_, _| (),
    )
}
