//! What is known to a thread, or to whoever reads a store.

use std::rc::Rc;

use crate::op::Tid;

/// A place in the modification order of an atomic. Only its order with others counts: between two places there is
/// room for more, so that no store has to be renumbered when one comes in between.
pub(crate) type Place = u64;

/// What happens before here.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct View {
    /// Of each atomic, the oldest store that may still be read.
    at: Vec<Place>,
    /// Of each thread, how many of its ticks.
    clock: Vec<u32>,
}

impl View {
    pub(crate) fn at(&self, x: usize) -> Place {
        self.at.get(x).copied().unwrap_or(0)
    }

    pub(crate) fn clock(&self, t: Tid) -> u32 {
        self.clock.get(t).copied().unwrap_or(0)
    }

    fn is_within(&self, other: &View) -> bool {
        self.at
            .iter()
            .enumerate()
            .all(|(x, &place)| place <= other.at(x))
            && self
                .clock
                .iter()
                .enumerate()
                .all(|(t, &ticks)| ticks <= other.clock(t))
    }

    fn join(&mut self, other: &View) {
        raise_all(&mut self.at, &other.at);
        raise_all(&mut self.clock, &other.clock);
    }
}

/// Learns what `other` knows.
pub(crate) fn learn(mine: &mut Rc<View>, other: &Rc<View>) {
    if Rc::ptr_eq(mine, other) || other.is_within(mine) {
        return;
    }
    if mine.is_within(other) {
        *mine = Rc::clone(other);
    } else {
        Rc::make_mut(mine).join(other);
    }
}

/// Nothing older than `place` may be read any more.
pub(crate) fn see(mine: &mut Rc<View>, x: usize, place: Place) {
    if mine.at(x) < place {
        raise(&mut Rc::make_mut(mine).at, x, place);
    }
}

/// One more tick of `t`: its number.
pub(crate) fn tick(mine: &mut Rc<View>, t: Tid) -> u32 {
    let now = mine.clock(t) + 1;
    raise(&mut Rc::make_mut(mine).clock, t, now);
    now
}

fn raise<T: Ord + Copy + Default>(all: &mut Vec<T>, at: usize, to: T) {
    if all.len() <= at {
        all.resize(at + 1, T::default());
    }
    all[at] = all[at].max(to);
}

fn raise_all<T: Ord + Copy + Default>(mine: &mut Vec<T>, other: &[T]) {
    for (at, &to) in other.iter().enumerate() {
        raise(mine, at, to);
    }
}
