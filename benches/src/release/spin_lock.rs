use std::mem::ManuallyDrop;

use our_spin_lock::SpinLockGuard;

use super::Release;

/// The spin lock of chapter 2.
pub struct SpinLock(our_spin_lock::SpinLock<()>);

impl Release for SpinLock {
    const NAME: &'static str = "spin lock";

    type Taken<'a> = ManuallyDrop<SpinLockGuard<'a, ()>>;

    fn fresh() -> Self {
        Self(our_spin_lock::SpinLock::new(()))
    }

    #[inline]
    fn guard(&self) -> impl Sized {
        self.0.lock()
    }

    // ANCHOR: hand
    #[inline]
    fn take(&self) -> Self::Taken<'_> {
        ManuallyDrop::new(self.0.lock())
    }

    #[inline]
    fn give_back(taken: Self::Taken<'_>) {
        drop(ManuallyDrop::into_inner(taken));
    }
    // ANCHOR_END: hand

    fn is_held(&self) -> bool {
        self.0.try_lock().is_none()
    }
}
