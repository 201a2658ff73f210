//! What can be taken and has to be given back, by guard and by hand: the eleven primitives of the book that are
//! released, all behind one trait.
//!
//! Whatever is said about *guard or manual* is said about the two functions [`by_guard`] and [`by_hand`]: they are
//! timed, their instructions are counted, and their assembly can be read, since neither is ever inlined.
//!
//! Both halves do the same work. Where an API has a release by hand, the hand calls it. Where it has none (only its
//! guard can unlock a `std::sync::Mutex`), the hand keeps the guard in a [`ManuallyDrop`](std::mem::ManuallyDrop)
//! and drops it in the line where it would have unlocked: the same steps, at a place that the programmer chose, and
//! none of what the compiler adds for a guard.

mod cancel_guard;
mod closure;
mod epoch_pin;
pub mod faults;
mod file;
pub mod many;
mod parking_lot_mutex;
mod read_lock;
mod reference_count;
mod spin_lock;
mod std_mutex;
mod wait_group;
pub mod ways_out;
mod write_lock;

use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, Instant};

pub use cancel_guard::CancelGuard;
pub use closure::Closure;
pub use epoch_pin::EpochPin;
pub use file::File;
pub use parking_lot_mutex::{Locked, ParkingLot};
pub use read_lock::ReadLock;
pub use reference_count::{Counted, ReferenceCount};
pub use spin_lock::SpinLock;
pub use std_mutex::StdMutex;
pub use wait_group::WaitGroup;
pub use write_lock::WriteLock;

/// Something that is taken and given back.
pub trait Release: Sized {
    /// What the book calls it.
    const NAME: &'static str;

    /// What a hand gets, and owes: nothing is given back when it is dropped.
    type Taken<'a>
    where
        Self: 'a;

    /// A new one, which is not taken.
    fn fresh() -> Self;

    /// Takes it. What is returned gives it back on drop.
    fn guard(&self) -> impl Sized;

    /// Takes it. The caller has to give it back.
    fn take(&self) -> Self::Taken<'_>;

    /// Gives back what a hand has taken.
    fn give_back(taken: Self::Taken<'_>);

    /// Whether it is taken, and not given back yet.
    fn is_held(&self) -> bool;
}

// ANCHOR: both
/// Take, work, count, give back: whatever happens.
#[inline(never)]
pub fn by_guard<P: Release>(thing: &P, count: &Cell<u64>) {
    let _guard = thing.guard();
    work();
    count.set(count.get() + 1);
}

/// Take, work, count, give back: if nothing happens.
#[inline(never)]
pub fn by_hand<P: Release>(thing: &P, count: &Cell<u64>) {
    let taken = thing.take();
    work();
    count.set(count.get() + 1);
    P::give_back(taken);
}
// ANCHOR_END: both

/// The smallest piece of work that may panic, as far as the compiler can tell: so a guard has to be ready for it.
///
/// It looks at a whole word. After a single byte the processor stalls when the function gives its stack back by
/// reading eight bytes of which one has just been written, and that would hide what we look for.
#[inline(never)]
pub fn work() {
    assert!(black_box(1_u64) == 1, "never");
}

/// So many rounds with the same thing, and nothing else: what is counted when instructions are counted.
///
/// Returns how many rounds were counted, which is how many there were.
#[inline(never)]
pub fn rounds<P: Release>(thing: &P, rounds: u64, round: impl Fn(&P, &Cell<u64>)) -> u64 {
    let count = Cell::new(0);
    for _ in 0..rounds {
        round(black_box(thing), black_box(&count));
    }
    count.get()
}

/// The time of so many rounds with a fresh thing.
///
/// # Panics
///
/// Panics if a round was not counted, or if the thing is still held.
pub fn timed<P: Release>(rounds: u64, round: impl Fn(&P, &Cell<u64>)) -> Duration {
    let thing = P::fresh();
    let start = Instant::now();
    let count = self::rounds(&thing, rounds, round);
    let elapsed = start.elapsed();
    assert_eq!(count, rounds, "{}: rounds that were counted", P::NAME);
    assert!(!thing.is_held(), "{}: it is still held", P::NAME);
    elapsed
}

/// Does something with each of the primitives, whatever their types.
pub trait Visit {
    /// Does it with this one.
    fn visit<P: Release + 'static>(&mut self);
}

/// All primitives, in the order in which the book shows them: the one list that everything walks.
pub fn visit_all(visitor: &mut impl Visit) {
    visitor.visit::<Closure>();
    visitor.visit::<File>();
    visitor.visit::<SpinLock>();
    visitor.visit::<StdMutex>();
    visitor.visit::<ParkingLot>();
    visitor.visit::<ReadLock>();
    visitor.visit::<WriteLock>();
    visitor.visit::<ReferenceCount>();
    visitor.visit::<EpochPin>();
    visitor.visit::<WaitGroup>();
    visitor.visit::<CancelGuard>();
}

/// A primitive whose type does not matter any more.
#[derive(Clone, Copy, Debug)]
pub struct Primitive {
    /// What the book calls it.
    pub name: &'static str,
    /// The time of so many rounds by guard, the result checked.
    pub by_guard: fn(u64) -> Duration,
    /// The time of so many rounds by hand, the result checked.
    pub by_hand: fn(u64) -> Duration,
}

impl Primitive {
    /// The primitive that is called so.
    pub const fn of<P: Release>() -> Self {
        Self {
            name: P::NAME,
            by_guard: |rounds| timed(rounds, by_guard::<P>),
            by_hand: |rounds| timed(rounds, by_hand::<P>),
        }
    }
}

/// All primitives, as [`visit_all`] visits them.
pub fn all() -> Vec<Primitive> {
    struct List(Vec<Primitive>);
    impl Visit for List {
        fn visit<P: Release + 'static>(&mut self) {
            self.0.push(Primitive::of::<P>());
        }
    }
    let mut list = List(Vec::new());
    visit_all(&mut list);
    list.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_held_while_it_is_taken_and_not_before_or_after() {
        struct Check(u32);
        impl Visit for Check {
            fn visit<P: Release + 'static>(&mut self) {
                let name = P::NAME;
                let thing = P::fresh();
                assert!(!thing.is_held(), "{name}: it was not taken");
                let guard = thing.guard();
                assert!(thing.is_held(), "{name}: a guard is alive");
                drop(guard);
                assert!(!thing.is_held(), "{name}: the guard has gone");
                let taken = thing.take();
                assert!(thing.is_held(), "{name}: a hand has taken it");
                P::give_back(taken);
                assert!(!thing.is_held(), "{name}: the hand has given it back");
                drop(thing.take());
                assert!(thing.is_held(), "{name}: the hand has forgotten it");
                self.0 += 1;
            }
        }
        let mut check = Check(0);
        visit_all(&mut check);
        assert_eq!(check.0, 11);
    }

    #[test]
    fn every_primitive_does_its_rounds_in_both_ways() {
        for primitive in all() {
            // Each checks its result.
            (primitive.by_guard)(3);
            (primitive.by_hand)(3);
        }
    }
}
