//! One lock, and three ways to wait for it: with an exchange each time, with a look before each exchange, and with a look
//! and longer and longer pauses.
//!
//! The lock is the same, a `RawSpinLock` behind `lock_api`, so that only the waiting differs; and it can be released by guard
//! and by hand.

use std::hint;
use std::marker::PhantomData;
use std::thread;

use lock_api::RawMutex;

use super::count::{Count, Mutex};
use crate::ours::raw_lock::RawSpinLock;
use crate::ours::spin_lock::SpinLock;

/// How to wait for a lock.
pub trait Way: Sync {
    /// Goes on until `take` has taken the lock. `looks_free` tells whether it is worth to try.
    fn wait<T>(looks_free: impl Fn() -> bool, take: impl Fn() -> Option<T>) -> T;
}

/// Exchanges again and again (test-and-set).
#[derive(Debug)]
pub struct Exchanges;

impl Way for Exchanges {
    #[inline]
    fn wait<T>(_looks_free: impl Fn() -> bool, take: impl Fn() -> Option<T>) -> T {
        loop {
            if let Some(taken) = take() {
                return taken;
            }
            hint::spin_loop();
        }
    }
}

/// Looks before each exchange (test-and-test-and-set).
#[derive(Debug)]
pub struct Looks;

impl Way for Looks {
    #[inline]
    fn wait<T>(looks_free: impl Fn() -> bool, take: impl Fn() -> Option<T>) -> T {
        loop {
            if looks_free()
                && let Some(taken) = take()
            {
                return taken;
            }
            hint::spin_loop();
        }
    }
}

/// Looks before each exchange, with pauses that double, and yields in the end: as `SpinLock::lock_patiently`.
#[derive(Debug)]
pub struct BacksOff;

impl Way for BacksOff {
    #[inline]
    fn wait<T>(looks_free: impl Fn() -> bool, take: impl Fn() -> Option<T>) -> T {
        let mut pause = 1;
        loop {
            if looks_free()
                && let Some(taken) = take()
            {
                return taken;
            }
            if pause <= 64 {
                for _ in 0..pause {
                    hint::spin_loop();
                }
                pause *= 2;
            } else {
                thread::yield_now();
            }
        }
    }
}

/// A number behind the lock, for which one waits in this way, and which a guard unlocks.
#[derive(Debug)]
pub struct ByGuard<W>(Mutex<RawSpinLock>, PhantomData<W>);

impl<W: Way> Count for ByGuard<W> {
    fn zero() -> Self {
        Self(Mutex::new(0), PhantomData)
    }

    fn locked(&self, section: impl Fn(&mut u64)) {
        section(&mut W::wait(|| !self.0.is_locked(), || self.0.try_lock()));
    }

    fn if_free(&self) -> Option<u64> {
        self.0.if_free()
    }
}

/// Runs a section under a lock that `take` takes, and unlocks it by hand.
///
/// # Safety
///
/// `take` locks the raw lock that it is given, and returns what that has given for it.
#[inline]
unsafe fn by_hand<R: RawMutex>(
    mutex: &Mutex<R>,
    take: impl FnOnce(&R) -> R::Guard,
    section: impl Fn(&mut u64),
) {
    // SAFETY: what is unlocked through it, below, was locked through it.
    let raw = unsafe { mutex.raw() };
    let held = take(raw);
    // SAFETY: we hold the lock, as the caller promises, so no other thread reaches the number.
    section(unsafe { &mut *mutex.data_ptr() });
    // SAFETY: `held` is from `raw`, as the caller promises, and no reference to the number is left.
    unsafe { raw.unlock(held) };
}

/// The same, unlocked by hand.
#[derive(Debug)]
pub struct ByHand<W>(Mutex<RawSpinLock>, PhantomData<W>);

impl<W: Way> Count for ByHand<W> {
    fn zero() -> Self {
        Self(Mutex::new(0), PhantomData)
    }

    fn locked(&self, section: impl Fn(&mut u64)) {
        let take = |raw: &RawSpinLock| W::wait(|| !raw.is_locked(), || raw.try_lock());
        // SAFETY: it returns what `try_lock` has given.
        unsafe { by_hand(&self.0, take, section) };
    }

    fn if_free(&self) -> Option<u64> {
        self.0.if_free()
    }
}

/// A number behind a raw lock that waits in its own way, and is unlocked by hand.
#[derive(Debug)]
pub struct RawByHand<R: RawMutex>(Mutex<R>);

impl<R: RawMutex> Count for RawByHand<R> {
    fn zero() -> Self {
        Self(Mutex::new(0))
    }

    fn locked(&self, section: impl Fn(&mut u64)) {
        // SAFETY: it returns what `lock` has given.
        unsafe { by_hand(&self.0, R::lock, section) };
    }

    fn if_free(&self) -> Option<u64> {
        self.0.if_free()
    }
}

/// A number behind the lock of an exercise, which waits patiently.
#[derive(Debug)]
pub struct Patient<L>(pub(crate) L);

/// Puts a lock that can wait patiently behind [`Count`].
macro_rules! impl_patient_count {
    ($lock:ty) => {
        impl $crate::mutex_guards::count::Count for $crate::mutex_guards::waiting::Patient<$lock> {
            fn zero() -> Self {
                Self(<$lock>::new(0))
            }

            fn locked(&self, section: impl Fn(&mut u64)) {
                section(&mut self.0.lock_patiently());
            }

            fn if_free(&self) -> Option<u64> {
                self.0.try_lock().map(|count| *count)
            }
        }
    };
}

impl_patient_count!(SpinLock<u64>);
