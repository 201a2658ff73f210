//! The ways out of a function that has taken something: its last line, an early return, `?`, a panic.
//!
//! One function that may be left in each of the four, by guard and by hand. A hand that has to release after a panic,
//! too, has to catch it: that is [`by_hand_and_catch`], which does what the guard does. [`by_hand`] does less.

use std::cell::Cell;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::Release;

/// How a function is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By its last line.
    Normal,
    /// By a `return` before that.
    EarlyReturn,
    /// By `?`.
    Error,
    /// By a panic.
    Panic,
}

/// Why it was left by `?`, and what it panics with.
#[derive(Debug)]
pub struct Spoilt;

/// What it returns: whether there was something to do, if it could be done.
pub type Outcome = Result<bool, Spoilt>;

/// The guard gives it back, on every way out.
#[inline(never)]
pub fn by_guard<P: Release>(thing: &P, way: Way) -> Outcome {
    let _guard = thing.guard();
    if way == Way::EarlyReturn {
        return Ok(false);
    }
    may_fail(way)?;
    may_panic(way);
    Ok(true)
}

/// A line for each way out that can be seen. After a panic it is still held.
#[inline(never)]
pub fn by_hand<P: Release>(thing: &P, way: Way) -> Outcome {
    let taken = thing.take();
    if way == Way::EarlyReturn {
        P::give_back(taken);
        return Ok(false);
    }
    if let Err(error) = may_fail(way) {
        P::give_back(taken);
        return Err(error);
    }
    may_panic(way);
    P::give_back(taken);
    Ok(true)
}

// ANCHOR: catch
/// One line for all ways out: nothing leaves the closure but by the line after it.
#[inline(never)]
pub fn by_hand_and_catch<P: Release>(thing: &P, way: Way) -> Outcome {
    let taken = thing.take();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        if way == Way::EarlyReturn {
            return Ok(false);
        }
        may_fail(way)?;
        may_panic(way);
        Ok(true)
    }));
    P::give_back(taken);
    outcome.unwrap_or_else(|payload| resume_unwind(payload))
}
// ANCHOR_END: catch

#[inline(never)]
fn may_fail(way: Way) -> Result<(), Spoilt> {
    match way {
        Way::Error => Err(Spoilt),
        _ => Ok(()),
    }
}

/// `resume_unwind` unwinds as `panic!` does, but prints nothing: the time to print is the terminal's.
#[inline(never)]
fn may_panic(way: Way) {
    if way == Way::Panic {
        resume_unwind(Box::new(Spoilt));
    }
}

/// A round for [`timed`](super::timed) and [`rounds`](super::rounds): leaves the function in this way, and counts
/// it if the function was left so. A panic is caught outside.
pub fn round<P: Release>(
    function: impl Fn(&P, Way) -> Outcome,
    way: Way,
) -> impl Fn(&P, &Cell<u64>) {
    move |thing, count| {
        let left = match way {
            Way::Normal => matches!(function(thing, black_box(way)), Ok(true)),
            Way::EarlyReturn => matches!(function(thing, black_box(way)), Ok(false)),
            Way::Error => function(thing, black_box(way)).is_err(),
            Way::Panic => {
                catch_unwind(AssertUnwindSafe(|| function(thing, black_box(way)))).is_err()
            }
        };
        count.set(count.get() + u64::from(left));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::{SpinLock, timed};

    const WAYS: [Way; 4] = [Way::Normal, Way::EarlyReturn, Way::Error, Way::Panic];

    #[test]
    fn a_guard_and_a_hand_that_catches_give_back_on_every_way_out() {
        for way in WAYS {
            // Each checks that it was left in that way, and that nothing is held.
            timed(3, round(by_guard::<SpinLock>, way));
            timed(3, round(by_hand_and_catch::<SpinLock>, way));
        }
    }

    #[test]
    fn a_hand_that_does_not_catch_gives_back_on_every_way_out_but_a_panic() {
        for way in WAYS {
            let lock = SpinLock::fresh();
            let count = Cell::new(0);
            round(by_hand::<SpinLock>, way)(&lock, &count);
            assert_eq!(count.get(), 1, "{way:?}");
            assert_eq!(lock.is_held(), way == Way::Panic, "{way:?}");
        }
    }
}
