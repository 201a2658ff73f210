use std::mem::ManuallyDrop;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use super::Release;

/// The mutex of `std`. Both halves look whether it is poisoned, and go on: there is nothing in it to be spoilt.
#[derive(Debug)]
pub struct StdMutex(Mutex<()>);

impl StdMutex {
    #[inline]
    fn lock(&self) -> MutexGuard<'_, ()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Release for StdMutex {
    const NAME: &'static str = "std Mutex";

    type Taken<'a> = ManuallyDrop<MutexGuard<'a, ()>>;

    fn fresh() -> Self {
        Self(Mutex::new(()))
    }

    #[inline]
    fn guard(&self) -> impl Sized {
        self.lock()
    }

    #[inline]
    fn take(&self) -> Self::Taken<'_> {
        ManuallyDrop::new(self.lock())
    }

    #[inline]
    fn give_back(taken: Self::Taken<'_>) {
        drop(ManuallyDrop::into_inner(taken));
    }

    fn is_held(&self) -> bool {
        matches!(self.0.try_lock(), Err(TryLockError::WouldBlock))
    }
}
