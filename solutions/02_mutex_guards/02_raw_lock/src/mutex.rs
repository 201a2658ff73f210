//! Given: what [`lock_api`] makes of your raw lock, and the same critical section with its guard.

use std::sync::atomic::AtomicBool;

use crate::raw_lock::{DepositError, Held, LIMIT, RawSpinLock};

/// A mutex over [`RawSpinLock`]: `lock_api` adds the value, the guard, `try_lock`, `map` and more.
pub type Mutex<T> = lock_api::Mutex<RawSpinLock, T>;

/// Unlocks a [`Mutex`] on drop.
pub type MutexGuard<'a, T> = lock_api::MutexGuard<'a, RawSpinLock, T>;

// SAFETY: the trait's obligations, and how each is met:
// - mutual exclusion: `RawSpinLock::lock` and `try_lock` return only after changing `locked` from false to
//   true in one step, and only `unlock` changes it back;
// - acquire on locking, release on unlocking: see `try_lock` and `unlock`; the models check it;
// - forgetting the guard's state is safe: a `Held` that is never spent only leaves the lock locked;
// - a lock may be moved or dropped while locked: it holds no pointers, so nothing dangles;
// - none of the operations unwinds.
unsafe impl lock_api::RawMutex for RawSpinLock {
    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "the trait's way to make a lock in a `const` context; each use makes a new one"
    )]
    const INIT: Self = Self {
        locked: AtomicBool::new(false),
    };

    type Guard = Held;

    #[inline]
    fn lock(&self) -> Held {
        self.lock()
    }

    #[inline]
    fn try_lock(&self) -> Option<Held> {
        self.try_lock()
    }

    #[inline]
    unsafe fn unlock(&self, held: Held) {
        // SAFETY: the trait requires that `held` comes from locking this lock, which is what
        // `unlock` requires.
        unsafe { self.unlock(held) }
    }

    #[inline]
    fn is_locked(&self) -> bool {
        self.is_locked()
    }
}

// ANCHOR: with_guard
/// The critical section of [`Account::deposit`](crate::Account::deposit), with
/// a guard: the same steps, with no unlock to write.
///
/// # Errors
///
/// As `Account::deposit`. The mutex is unlocked on every exit.
///
/// # Panics
///
/// Panics if `audit` does, and unlocks.
pub fn deposit_with_guard(
    account: &Mutex<u64>,
    amount: &str,
    audit: impl FnOnce(u64),
) -> Result<u64, DepositError> {
    let mut balance = account.lock();
    let amount: u64 = amount.parse()?;
    let new = balance.saturating_add(amount);
    if new > LIMIT {
        return Err(DepositError::OverLimit);
    }
    *balance = new;
    audit(new);
    Ok(new)
}
// ANCHOR_END: with_guard
