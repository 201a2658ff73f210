//! Many things that are held at the same time, and not known before the program runs: how the cost grows with their
//! number.
//!
//! Guards that a loop makes have to be kept somewhere, and so has what a hand owes: both keep it in a `Vec`. Where the
//! compiler knows how many there are, they need no list: those are the nested calls of chapter 1.

use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, Instant};

use super::{Release, work};

/// Takes all of them, works, counts; the guards give all of them back.
#[inline(never)]
pub fn by_guard<P: Release>(things: &[P], count: &Cell<u64>) {
    let _guards: Vec<_> = things.iter().map(|thing| thing.guard()).collect();
    work();
    count.set(count.get() + 1);
}

/// Takes all of them, works, counts, gives all of them back.
#[inline(never)]
pub fn by_hand<P: Release>(things: &[P], count: &Cell<u64>) {
    let taken: Vec<_> = things.iter().map(|thing| thing.take()).collect();
    work();
    count.set(count.get() + 1);
    for taken in taken {
        P::give_back(taken);
    }
}

/// The time of so many rounds, each with `number` fresh things.
///
/// # Panics
///
/// Panics if a round was not counted, or if one of the things is still held.
pub fn timed<P: Release>(number: usize, rounds: u64, round: impl Fn(&[P], &Cell<u64>)) -> Duration {
    let things: Vec<P> = (0..number).map(|_| P::fresh()).collect();
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
        timed(10, 3, by_guard::<SpinLock>);
        timed(10, 3, by_hand::<SpinLock>);
        timed(100, 3, by_guard::<Closure>);
        timed(100, 3, by_hand::<Closure>);
    }
}
