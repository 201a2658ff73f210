//! What is taken and given back in most rows, and the work in between.

use std::cell::Cell;
use std::hint::black_box;
use std::time::{Duration, Instant};

use our_defer_stack::DeferStack;

/// The smallest piece of work that may panic, as far as the compiler can tell.
///
/// It looks at a whole word. After a single byte the processor stalls when the function gives its stack back by
/// reading eight bytes of which one has just been written, and that would hide what we look for.
#[inline(never)]
pub(crate) fn work() {
    assert!(black_box(1_u64) == 1, "never");
}

/// Counts who has come and who has gone: what is taken and given back in most rows.
///
/// Two numbers, and each changes in one place. Two that change together the compiler would add to in one go, sixteen
/// bytes at a time, with the stall that [`work`] avoids.
#[derive(Default)]
pub(crate) struct Room {
    entered: Cell<u64>,
    left: Cell<u64>,
}

impl Room {
    pub(crate) fn enter(&self) {
        self.entered.set(self.entered.get() + 1);
    }

    pub(crate) fn leave(&self) {
        self.left.set(self.left.get() + 1);
    }

    /// Checks that there were so many visits, and that nobody is left inside.
    fn check(&self, visits: u64) {
        assert_eq!(self.entered.get(), visits, "those who have entered");
        assert_eq!(self.left.get(), visits, "those who have left");
    }

    pub(crate) fn visit(&self) -> Visit<'_> {
        self.enter();
        Visit(self)
    }
}

/// The guard that you would write: a type of its own with a `Drop`.
pub(crate) struct Visit<'a>(&'a Room);

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// `rounds` rounds of `depth` visits each.
pub(crate) fn visits(rounds: u64, depth: u64, round: impl Fn(&Room)) -> Duration {
    let room = Room::default();
    let start = Instant::now();
    for _ in 0..rounds {
        round(black_box(&room));
    }
    let elapsed = start.elapsed();
    room.check(rounds * depth);
    elapsed
}

pub(crate) fn by_hand(room: &Room) {
    room.enter();
    work();
    room.leave();
}

pub(crate) fn by_guard(room: &Room) {
    let _visit = room.visit();
    work();
}

#[inline(never)]
pub(crate) fn nested_by_guard(room: &Room, depth: u64) {
    let _visit = room.visit();
    match depth {
        1 => work(),
        _ => nested_by_guard(room, depth - 1),
    }
}

#[inline(never)]
pub(crate) fn nested_by_hand(room: &Room, depth: u64) {
    room.enter();
    match depth {
        1 => work(),
        _ => nested_by_hand(room, depth - 1),
    }
    room.leave();
}

/// How much one scope defers in a loop, before it ends and all of it runs.
pub(crate) const BATCH: u64 = 100;

/// `rounds` turns of loops that have [`BATCH`] turns each, the last one maybe fewer.
pub(crate) fn in_batches(rounds: u64, turns: impl Fn(&Room, u64)) -> Duration {
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

pub(crate) fn deferred_in_a_loop(room: &Room, turns: u64) {
    let mut stack = DeferStack::new();
    for _ in 0..turns {
        room.enter();
        stack.defer(|| room.leave());
        work();
    }
}
