use std::mem::ManuallyDrop;

use our_rw_lock::{RwLock, WriteGuard};

use super::Release;

/// The reader-writer lock of chapter 4, locked for writing.
pub struct WriteLock(RwLock<()>);

impl Release for WriteLock {
    const NAME: &'static str = "write lock";

    type Taken<'a> = ManuallyDrop<WriteGuard<'a, ()>>;

    fn fresh() -> Self {
        Self(RwLock::new(()))
    }

    #[inline]
    fn guard(&self) -> impl Sized {
        self.0.write()
    }

    #[inline]
    fn take(&self) -> Self::Taken<'_> {
        ManuallyDrop::new(self.0.write())
    }

    #[inline]
    fn give_back(taken: Self::Taken<'_>) {
        drop(ManuallyDrop::into_inner(taken));
    }

    fn is_held(&self) -> bool {
        // A reader gets in when there is no writer.
        self.0.try_read().is_none()
    }
}
