//! A number behind each of the locks.

use std::hint::black_box;
use std::time::Duration;

use bench_kit::crowded;
use lock_api::RawMutex;

use crate::ours;

/// A number behind a lock.
pub trait Count {
    /// The number is 0, and the lock is free.
    fn zero() -> Self;

    /// Does something to the number while a guard is alive.
    fn locked(&self, section: impl Fn(&mut u64));

    /// The number, or `None` if the lock is still locked.
    fn if_free(&self) -> Option<u64>;
}

/// The number behind a raw lock.
pub type Mutex<R> = lock_api::Mutex<R, u64>;
/// The number behind the spin lock of the crate with that name.
pub type Spin = spin::Mutex<u64>;
/// The number behind the lock of `std`.
pub type Std = std::sync::Mutex<u64>;

/// Puts a lock without poison behind [`Count`].
macro_rules! impl_count {
    ($lock:ty) => {
        impl $crate::mutex_guards::count::Count for $lock {
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
    };
}

/// Puts a lock that remembers a panic behind [`Count`].
macro_rules! impl_count_with_poison {
    ($lock:ty) => {
        impl $crate::mutex_guards::count::Count for $lock {
            fn zero() -> Self {
                Self::new(0)
            }

            fn locked(&self, section: impl Fn(&mut u64)) {
                section(&mut self.lock().expect("no holder panics in here"));
            }

            fn if_free(&self) -> Option<u64> {
                Some(*self.try_lock()?.expect("no holder panics in here"))
            }
        }
    };
}

impl_count!(Spin);
impl_count!(ours::spin_lock::SpinLock<u64>);
impl_count_with_poison!(ours::poison_mutex::PoisonMutex<u64>);

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

impl Count for Std {
    fn zero() -> Self {
        Self::new(0)
    }

    fn locked(&self, section: impl Fn(&mut u64)) {
        section(&mut self.lock().expect("no holder panics in here"));
    }

    fn if_free(&self) -> Option<u64> {
        self.try_lock().ok().map(|count| *count)
    }
}

/// What is done while the lock is held.
pub trait Section: Fn(&mut u64) + Copy + Send + Sync + 'static {}

impl<F: Fn(&mut u64) + Copy + Send + Sync + 'static> Section for F {}

/// The time of `rounds` rounds on each of so many threads, [per thread](crowded), all with the same lock.
///
/// # Panics
///
/// Panics if the number is not as large as there were rounds, or if the lock is still locked.
pub fn counted<C: Count + Sync>(threads: u32, rounds: u64, section: impl Section) -> Duration {
    crowded(
        threads,
        rounds,
        C::zero,
        |count| black_box(count).locked(section),
        |count, all| assert_eq!(count.if_free(), Some(all), "the number behind the lock"),
    )
}

/// The shortest section.
#[inline]
pub fn add_one(count: &mut u64) {
    *count += 1;
}
