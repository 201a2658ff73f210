use std::error::Error;
use std::fmt;

use crate::sync::Mutex;

/// Money, from nothing up to a limit, that several threads may pay in and out.
///
/// Every operation is atomic. Two operations are not one: between them, another thread may change
/// the balance.
// `#[track_caller]`: when a model fails, its table shows the caller's line, not the one in here.
pub struct Account {
    balance: Mutex<u64>,
    limit: u64,
}

impl Account {
    /// Opens an account that holds `balance` and never holds more than `limit`.
    ///
    /// # Panics
    ///
    /// Panics if `balance` is over the limit.
    pub fn new(balance: u64, limit: u64) -> Self {
        assert!(balance <= limit, "{balance} is over the limit of {limit}");
        Self {
            balance: Mutex::new(balance),
            limit,
        }
    }

    /// What the account holds. A snapshot: it may be stale by the time you use it.
    #[track_caller]
    pub fn balance(&self) -> u64 {
        *self.balance.lock().expect(NEVER_POISONED)
    }

    /// How much more the account could take: a snapshot, which may be stale by the time you use it.
    #[track_caller]
    pub fn room(&self) -> u64 {
        self.limit - self.balance()
    }

    /// Takes `amount` out.
    ///
    /// # Errors
    ///
    /// [`Refused::Insufficient`] if the account holds less; then nothing is taken.
    #[track_caller]
    pub fn withdraw(&self, amount: u64) -> Result<(), Refused> {
        let mut balance = self.balance.lock().expect(NEVER_POISONED);
        *balance = balance.checked_sub(amount).ok_or(Refused::Insufficient)?;
        Ok(())
    }

    /// Pays `amount` in.
    ///
    /// # Errors
    ///
    /// [`Refused::OverLimit`] if the account would hold too much; then nothing is paid in.
    #[track_caller]
    pub fn deposit(&self, amount: u64) -> Result<(), Refused> {
        let mut balance = self.balance.lock().expect(NEVER_POISONED);
        *balance = balance
            .checked_add(amount)
            .filter(|balance| *balance <= self.limit)
            .ok_or(Refused::OverLimit)?;
        Ok(())
    }
}

const NEVER_POISONED: &str = "nothing panics while it holds the lock";

/// Why an account refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It holds less than the amount to take out.
    Insufficient,
    /// It would hold more than its limit.
    OverLimit,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Insufficient => "insufficient funds",
            Self::OverLimit => "over the limit",
        })
    }
}

impl Error for Refused {}
