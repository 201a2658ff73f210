use std::mem::ManuallyDrop;

use our_rw_lock::{ReadGuard, RwLock};

use super::Release;

/// The reader-writer lock of chapter 4, locked for reading.
pub struct ReadLock(RwLock<()>);

impl Release for ReadLock {
    const NAME: &'static str = "read lock";

    type Taken<'a> = ManuallyDrop<ReadGuard<'a, ()>>;

    fn fresh() -> Self {
        Self(RwLock::new(()))
    }

    #[inline]
    fn guard(&self) -> impl Sized {
        self.0.read()
    }

    #[inline]
    fn take(&self) -> Self::Taken<'_> {
        ManuallyDrop::new(self.0.read())
    }

    #[inline]
    fn give_back(taken: Self::Taken<'_>) {
        drop(ManuallyDrop::into_inner(taken));
    }

    fn is_held(&self) -> bool {
        // A writer gets in when there is no reader.
        self.0.try_write().is_none()
    }
}
