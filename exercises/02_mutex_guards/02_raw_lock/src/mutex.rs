//! Given: what [`lock_api`] makes of your raw lock, and the same critical section with its guard.

use std::sync::atomic::AtomicBool;

use crate::raw_lock::{DepositError, Held, LIMIT, RawSpinLock};

/// A mutex over [`RawSpinLock`]: `lock_api` adds the value, the guard, `try_lock`, `map` and more.
pub type Mutex<T> = lock_api::Mutex<RawSpinLock, T>;

/// Unlocks a [`Mutex`] on drop.
pub type MutexGuard<'a, T> = lock_api::MutexGuard<'a, RawSpinLock, T>;

// SAFETY: what the trait asks of an implementation, and who sees to it:
// - mutual exclusion: `RawSpinLock::lock` and `try_lock` return only after changing `locked` from false to
//   true in one step, and only `unlock` changes it back;
// - acquire on locking, release on unlocking: as their documentation promises and the models check;
// - forgetting the guard's state is safe: a `Held` that is never spent leaves the lock locked, no more;
// - a lock that is moved or dropped while locked holds no pointer and no memory: nothing dangles;
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
        // SAFETY: the caller passes the state of its own acquisition of this lock, as `unlock` asks.
        unsafe { self.unlock(held) }
    }

    #[inline]
    fn is_locked(&self) -> bool {
        self.is_locked()
    }
}

// ANCHOR: with_guard
/// The critical section of [`Account::deposit`](crate::Account::deposit), with a guard: the same steps, and
/// not a word about unlocking.
///
/// # Errors
///
/// As `Account::deposit`. The mutex is unlocked on every way out.
///
/// # Panics
///
/// Panics where `audit` does, and unlocks.
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
