use std::fmt;
use std::ops::{Deref, DerefMut};

use super::{Atomic, Primitive};
use crate::context::{self, begin};
use crate::step::{Op, Site, Step};

/// The value of an atomic, for as long as no other thread can reach it: what
/// [`get_mut`](Atomic::get_mut) returns.
pub struct Exclusive<'a, T: Primitive> {
    atomic: &'a mut Atomic<T>,
    value: T,
    place: Option<usize>,
}

impl<'a, T: Primitive> Exclusive<'a, T> {
    pub(super) fn new(atomic: &'a mut Atomic<T>, site: Site) -> Self {
        if context::unwinding() {
            let value = atomic.latest.get();
            return Self {
                atomic,
                value,
                place: None,
            };
        }
        atomic.id.reach(site);
        let id = atomic.id;
        let step = begin(site, || Step::new(Op::Exclusive("get_mut"), site).on(id));
        let value = atomic.backing.own();
        let place = step.end(|step| step.read = value.shown());
        Self {
            atomic,
            value,
            place,
        }
    }
}

impl<T: Primitive> Drop for Exclusive<'_, T> {
    fn drop(&mut self) {
        let value = self.value;
        if context::is_over() {
            return self.atomic.latest.set(value);
        }
        if value != self.atomic.latest.get() {
            self.atomic.backing.own_store(value);
            context::amend(self.place, |step| {
                step.wrote = value.shown();
                step.place(explorer::raw::details());
            });
            self.atomic.latest.set(value);
        }
    }
}

impl<T: Primitive> Deref for Exclusive<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Primitive> DerefMut for Exclusive<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: Primitive> fmt::Debug for Exclusive<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
