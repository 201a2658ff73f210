use std::fmt;
use std::marker::PhantomData;
use std::num::ParseIntError;

use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::cell::UnsafeCell;
use crate::sync::hint;

/// A spin lock with neither value nor guard: locking returns a [`Held`], and the caller owes an
/// unlock.
///
/// | `locked` | meaning |
/// |---|---|
/// | `false` | the lock is free |
/// | `true` | the lock is held: one [`Held`] is unspent, or was forgotten |
///
/// # Ordering
///
/// Everything the holder did before `unlock` happens before everything the next holder does after `lock`.
pub struct RawSpinLock {
    pub(crate) locked: AtomicBool,
}

/// Proof that its owner locked a [`RawSpinLock`]: an unlock token, spent by [`RawSpinLock::unlock`].
///
/// Dropping it does **not** unlock. It is not `Send`: the thread that locked is the one that unlocks. It is spent
/// once:
///
/// ```compile_fail,E0382
/// # use raw_lock::RawSpinLock;
/// let lock = RawSpinLock::new();
/// let held = lock.lock();
/// unsafe { lock.unlock(held) };
/// unsafe { lock.unlock(held) }; // error[E0382]: use of moved value: `held`
/// ```
///
/// and not keeping it draws a warning, which is an error here:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use raw_lock::RawSpinLock;
/// RawSpinLock::new().lock(); // error: unused `Held` that must be used
/// ```
#[must_use = "nothing else will unlock: pass it to `RawSpinLock::unlock`"]
pub struct Held {
    /// Makes the token neither `Send` nor `Sync`; being private, it prevents forging one.
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared token permits nothing: `unlock` takes it by value. (So a guard that holds one
// may be shared.)
unsafe impl Sync for Held {}

impl RawSpinLock {
    /// Makes an unlocked lock.
    #[allow(
        clippy::new_without_default,
        reason = "a lock alone is no sensible default value"
    )]
    pub fn new() -> Self {
        Self {
            locked: AtomicBool::new(false),
        }
    }

    // `#[inline]`: these are not generic, so without it other crates could not inline them.

    // ANCHOR: raw
    /// Takes the lock, spinning for as long as it is held.
    #[inline]
    pub fn lock(&self) -> Held {
        loop {
            if let Some(held) = self.try_lock() {
                return held;
            }
            hint::spin_loop();
        }
    }

    /// Takes the lock if it is free; never waits.
    #[inline]
    pub fn try_lock(&self) -> Option<Held> {
        // Acquire pairs with the Release store in `unlock`.
        self.locked
            .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
            .ok()
            .map(|_was_free| Held {
                not_send: PhantomData,
            })
    }

    /// Releases the lock and spends the token.
    ///
    /// # Safety
    ///
    /// `held` must come from locking *this* lock.
    #[inline]
    pub unsafe fn unlock(&self, held: Held) {
        let Held {
            not_send: PhantomData,
        } = held;
        // Release pairs with the Acquire of the next `try_lock`.
        self.locked.store(false, Ordering::Release);
    }

    /// Whether the lock is held: a snapshot, which may be stale by the time you use
    /// it.
    #[inline]
    pub fn is_locked(&self) -> bool {
        // Relaxed: a snapshot grants no access, so it need not synchronize.
        self.locked.load(Ordering::Relaxed)
    }
    // ANCHOR_END: raw
}

/// The most an account may hold.
pub const LIMIT: u64 = 1_000;

/// Why a deposit was refused.
#[derive(Debug, PartialEq, Eq)]
pub enum DepositError {
    /// The amount is not a number.
    NotANumber(ParseIntError),
    /// The account would hold more than [`LIMIT`].
    OverLimit,
}

impl From<ParseIntError> for DepositError {
    fn from(error: ParseIntError) -> Self {
        Self::NotANumber(error)
    }
}

impl fmt::Display for DepositError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber(error) => write!(f, "the amount is not a number: {error}"),
            Self::OverLimit => write!(f, "the account would hold more than {LIMIT}"),
        }
    }
}

impl std::error::Error for DepositError {}

/// A balance behind a [`RawSpinLock`], released manually.
pub struct Account {
    lock: RawSpinLock,
    balance: UnsafeCell<u64>,
}

// SAFETY: through `&self`, only `deposit` and `balance` access the `balance` field, and only while
// holding `lock`, so access is exclusive.
unsafe impl Sync for Account {}

impl Account {
    /// Opens an account.
    pub fn new(balance: u64) -> Self {
        Self {
            lock: RawSpinLock::new(),
            balance: UnsafeCell::new(balance),
        }
    }

    // ANCHOR: by_hand
    /// Adds `amount` to the balance and shows the new balance to `audit`; returns it.
    ///
    /// Everything happens while the lock is held, in this order: parse, check the limit, write, audit.
    /// [`deposit_with_guard`](crate::deposit_with_guard) does the same with a guard.
    ///
    /// # Errors
    ///
    /// Refuses an amount that is not a number, and one that would lift the balance over [`LIMIT`]. The
    /// balance is unchanged then, and the lock is released.
    ///
    /// # Panics
    ///
    /// Panics if `audit` does. The lock may then stay locked forever: the risk of
    /// manual release.
    pub fn deposit(&self, amount: &str, audit: impl FnOnce(u64)) -> Result<u64, DepositError> {
        let held = self.lock.lock();
        let amount: u64 = match amount.parse() {
            Ok(amount) => amount,
            Err(error) => {
                // SAFETY: `held` comes from locking `self.lock`.
                unsafe { self.lock.unlock(held) };
                return Err(DepositError::NotANumber(error));
            }
        };
        // SAFETY: we hold the lock, so access is exclusive.
        let new = self
            .balance
            .with(|balance| unsafe { *balance })
            .saturating_add(amount);
        if new > LIMIT {
            // SAFETY: `held` comes from locking `self.lock`.
            unsafe { self.lock.unlock(held) };
            return Err(DepositError::OverLimit);
        }
        // SAFETY: as above; we still hold the lock.
        self.balance.with_mut(|balance| unsafe { *balance = new });
        audit(new);
        // SAFETY: `held` comes from locking `self.lock`.
        unsafe { self.lock.unlock(held) };
        Ok(new)
    }
    // ANCHOR_END: by_hand

    /// The balance, read under the lock.
    pub fn balance(&self) -> u64 {
        let held = self.lock.lock();
        // SAFETY: we hold the lock, so access is exclusive.
        let balance = self.balance.with(|balance| unsafe { *balance });
        // SAFETY: `held` comes from locking `self.lock`.
        unsafe { self.lock.unlock(held) };
        balance
    }

    /// Whether a deposit is in progress, or one has leaked the lock.
    pub fn is_locked(&self) -> bool {
        self.lock.is_locked()
    }
}
