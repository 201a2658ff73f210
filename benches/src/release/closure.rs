use std::cell::Cell;

use our_scope_guard::ScopeGuard;

use super::Release;

/// A room that is entered and left: the leaving is a closure, which a [`ScopeGuard`] runs, or a line that calls it.
///
/// Two numbers, and each changes in one place. Two that change together the compiler would add to in one go, sixteen
/// bytes at a time, with the stall that [`work`](super::work) avoids.
#[derive(Debug)]
pub struct Closure {
    entered: Cell<u64>,
    left: Cell<u64>,
}

impl Closure {
    #[inline]
    fn enter(&self) {
        self.entered.set(self.entered.get() + 1);
    }

    #[inline]
    fn leave(&self) {
        self.left.set(self.left.get() + 1);
    }
}

impl Release for Closure {
    const NAME: &'static str = "closure";

    type Taken<'a> = &'a Self;

    fn fresh() -> Self {
        Self {
            entered: Cell::new(0),
            left: Cell::new(0),
        }
    }

    #[inline]
    fn guard(&self) -> impl Sized {
        self.enter();
        ScopeGuard::new(self, |room| room.leave())
    }

    #[inline]
    fn take(&self) -> &Self {
        self.enter();
        self
    }

    #[inline]
    fn give_back(taken: &Self) {
        taken.leave();
    }

    fn is_held(&self) -> bool {
        self.entered != self.left
    }
}
