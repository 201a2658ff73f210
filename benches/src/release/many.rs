//! Many things that are held at the same time, in one scope: how the cost grows with their number.

use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, Instant};

use super::{Release, work};

/// Takes all of them, works, counts; the guards give all of them back.
#[inline(never)]
pub fn by_guard<P: Release, const N: usize>(things: &[P; N], count: &Cell<u64>) {
    let _guards = things.each_ref().map(|thing| thing.guard());
    work();
    count.set(count.get() + 1);
}

/// Takes all of them, works, counts, gives all of them back.
#[inline(never)]
pub fn by_hand<P: Release, const N: usize>(things: &[P; N], count: &Cell<u64>) {
    let taken = things.each_ref().map(|thing| thing.take());
    work();
    count.set(count.get() + 1);
    for taken in taken {
        P::give_back(taken);
    }
}

/// The time of so many rounds with `N` fresh things.
///
/// # Panics
///
/// Panics if a round was not counted, or if one of the things is still held.
pub fn timed<P: Release, const N: usize>(
    rounds: u64,
    round: impl Fn(&[P; N], &Cell<u64>),
) -> Duration {
    let things: [P; N] = std::array::from_fn(|_| P::fresh());
    let count = Cell::new(0);
    let start = Instant::now();
    for _ in 0..rounds {
        round(black_box(&things), black_box(&count));
    }
    let elapsed = start.elapsed();
    assert_eq!(count.get(), rounds, "{}: rounds that were counted", P::NAME);
    let held = things.iter().filter(|thing| thing.is_held()).count();
    assert_eq!(held, 0, "{}: still held", P::NAME);
    elapsed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::{Closure, SpinLock};

    #[test]
    fn all_of_them_are_given_back() {
        // Each checks its result.
        timed(3, by_guard::<SpinLock, 10>);
        timed(3, by_hand::<SpinLock, 10>);
        timed(3, by_guard::<Closure, 100>);
        timed(3, by_hand::<Closure, 100>);
    }
}
