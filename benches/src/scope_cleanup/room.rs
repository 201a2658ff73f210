//! What is taken and given back in most rows.

use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::release::work;
use crate::{mine, ours};

/// Counts those who have entered and those who have left: what is taken and given back in most rows.
///
/// Two numbers, and each changes in one place. Two that change together the compiler would add to in one go, sixteen
/// bytes at a time, with the stall that [`work`] avoids.
#[derive(Default)]
pub struct Room {
    entered: Cell<u64>,
    left: Cell<u64>,
}

impl Room {
    /// Takes it.
    #[inline]
    pub fn enter(&self) {
        self.entered.set(self.entered.get() + 1);
    }

    /// Gives it back.
    #[inline]
    pub fn leave(&self) {
        self.left.set(self.left.get() + 1);
    }

    /// Checks that there were so many visits, and that each has ended.
    fn check(&self, visits: u64) {
        assert_eq!(self.entered.get(), visits, "those who have entered");
        assert_eq!(self.left.get(), visits, "those who have left");
    }

    /// Takes it until the guard is dropped.
    #[inline]
    pub fn visit(&self) -> Visit<'_> {
        self.enter();
        Visit(self)
    }
}

/// The guard that you would write: a type of its own with a `Drop`.
pub struct Visit<'a>(&'a Room);

impl Drop for Visit<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// `rounds` rounds of `depth` visits each.
///
/// # Panics
///
/// Panics if there were not so many visits, or if one has not ended.
pub fn visits(rounds: u64, depth: u64, round: impl Fn(&Room)) -> Duration {
    let room = Room::default();
    let start = Instant::now();
    for _ in 0..rounds {
        round(black_box(&room));
    }
    let elapsed = start.elapsed();
    room.check(rounds * depth);
    elapsed
}

/// One visit, by hand.
#[inline]
pub fn by_hand(room: &Room) {
    room.enter();
    work();
    room.leave();
}

/// One visit, by guard.
#[inline]
pub fn by_guard(room: &Room) {
    let _visit = room.visit();
    work();
}

/// So many visits on top of each other, by guard.
#[inline(never)]
pub fn nested_by_guard(room: &Room, depth: u64) {
    let _visit = room.visit();
    match depth {
        1 => work(),
        _ => nested_by_guard(room, depth - 1),
    }
}

/// So many visits on top of each other, by hand.
#[inline(never)]
pub fn nested_by_hand(room: &Room, depth: u64) {
    room.enter();
    match depth {
        1 => work(),
        _ => nested_by_hand(room, depth - 1),
    }
    room.leave();
}

/// How much one scope defers in a loop, before it ends and all of it runs.
pub const BATCH: u64 = 100;

/// `rounds` turns of loops that have [`BATCH`] turns each, the last one maybe fewer.
///
/// # Panics
///
/// Panics if there were not so many visits, or if one has not ended.
pub fn in_batches(rounds: u64, turns: impl Fn(&Room, u64)) -> Duration {
    let room = Room::default();
    let mut left = rounds;
    let start = Instant::now();
    while left > 0 {
        let batch = left.min(BATCH);
        turns(black_box(&room), batch);
        left -= batch;
    }
    let elapsed = start.elapsed();
    room.check(rounds);
    elapsed
}

/// A function that defers the end of a visit in each of so many turns of a loop, with this `DeferStack`.
macro_rules! deferred_in_a_loop {
    ($(#[$doc:meta])* $name:ident, $stack:path) => {
        $(#[$doc])*
        #[inline]
        pub fn $name(room: &Room, turns: u64) {
            use $stack as DeferStack;

            let mut stack = DeferStack::new();
            for _ in 0..turns {
                room.enter();
                stack.defer(|| room.leave());
                work();
            }
        }
    };
}

deferred_in_a_loop! {
    /// So many visits in a loop, whose ends are deferred to the end of the scope.
    deferred_in_a_loop, ours::defer_stack::DeferStack
}
deferred_in_a_loop! {
    /// The same, with yours.
    deferred_in_my_loop, mine::defer_stack::DeferStack
}
