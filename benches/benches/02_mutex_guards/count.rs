//! A number behind each of the locks.

use lock_api::RawMutex;
use our_poison_mutex::PoisonMutex;
use our_spin_lock::SpinLock;

/// A number behind a lock.
pub(crate) trait Count {
    fn zero() -> Self;

    /// Does something to the number while a guard is alive.
    fn locked(&self, section: impl Fn(&mut u64));

    /// The number, or `None` if the lock is still locked.
    fn if_free(&self) -> Option<u64>;
}

pub(crate) type Mutex<R> = lock_api::Mutex<R, u64>;
pub(crate) type Spin = spin::Mutex<u64>;
pub(crate) type Std = std::sync::Mutex<u64>;

impl<R: RawMutex> Count for Mutex<R> {
    fn zero() -> Self {
        Self::new(0)
    }

    fn locked(&self, section: impl Fn(&mut u64)) {
        section(&mut self.lock());
    }

    fn if_free(&self) -> Option<u64> {
        self.try_lock().map(|count| *count)
    }
}

impl Count for Spin {
    fn zero() -> Self {
        Self::new(0)
    }

    fn locked(&self, section: impl Fn(&mut u64)) {
        section(&mut self.lock());
    }

    fn if_free(&self) -> Option<u64> {
        self.try_lock().map(|count| *count)
    }
}

impl Count for SpinLock<u64> {
    fn zero() -> Self {
        Self::new(0)
    }

    fn locked(&self, section: impl Fn(&mut u64)) {
        section(&mut self.lock());
    }

    fn if_free(&self) -> Option<u64> {
        self.try_lock().map(|count| *count)
    }
}

impl Count for PoisonMutex<u64> {
    fn zero() -> Self {
        Self::new(0)
    }

    fn locked(&self, section: impl Fn(&mut u64)) {
        section(&mut self.lock().expect("nobody panics in here"));
    }

    fn if_free(&self) -> Option<u64> {
        Some(*self.try_lock()?.expect("nobody panics in here"))
    }
}

impl Count for Std {
    fn zero() -> Self {
        Self::new(0)
    }

    fn locked(&self, section: impl Fn(&mut u64)) {
        section(&mut self.lock().expect("nobody panics in here"));
    }

    fn if_free(&self) -> Option<u64> {
        self.try_lock().ok().map(|count| *count)
    }
}
