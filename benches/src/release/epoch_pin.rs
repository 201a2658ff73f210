use std::mem::ManuallyDrop;

use crossbeam_epoch::{Collector, Guard, LocalHandle};

use super::Release;

/// An epoch that is pinned, so that nothing is freed under us, and unpinned.
///
/// It has a collector of its own. With the one that a whole program shares, a forgotten pin would keep
/// the memory of every thread.
#[derive(Debug)]
pub struct EpochPin(LocalHandle);

impl Release for EpochPin {
    const NAME: &'static str = "epoch pin";

    type Taken<'a> = ManuallyDrop<Guard>;

    fn fresh() -> Self {
        Self(Collector::new().register())
    }

    #[inline]
    fn guard(&self) -> impl Sized {
        self.0.pin()
    }

    #[inline]
    fn take(&self) -> Self::Taken<'_> {
        ManuallyDrop::new(self.0.pin())
    }

    #[inline]
    fn give_back(taken: Self::Taken<'_>) {
        drop(ManuallyDrop::into_inner(taken));
    }

    fn is_held(&self) -> bool {
        self.0.is_pinned()
    }
}
