use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, thread};

/// A bank account: a handle that every owner has a clone of. All clones are the same account.
///
/// # Order
///
/// A thread that waits for one account while holding another holds the one with the smaller
/// [`id`](Self::id). A lock order prevents deadlock only if every caller follows it.
///
/// # Examples
///
/// ```
/// use lock_order::{Account, transfer};
///
/// let (savings, current) = (Account::new(100), Account::new(0));
/// transfer(&savings, &current, 30)?;
/// assert_eq!((savings.balance(), current.balance()), (70, 30));
/// # Ok::<(), lock_order::TransferError>(())
/// ```
#[derive(Clone)]
pub struct Account {
    shared: Arc<Shared>,
}

struct Shared {
    id: u64,
    balance: Mutex<u64>,
}

/// `std`'s, not `crate::sync`'s: the assignment of ids is nothing that a model has to explore.
static NEXT_ID: AtomicU64 = AtomicU64::new(0);

impl Account {
    /// Opens an account.
    pub fn new(balance: u64) -> Self {
        Self {
            shared: Arc::new(Shared {
                // Relaxed: only uniqueness matters; the counter publishes nothing.
                id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
                balance: Mutex::new(balance),
            }),
        }
    }

    /// The number of the account. No other account has it, and it never changes; later accounts have larger
    /// ones.
    pub fn id(&self) -> u64 {
        self.shared.id
    }

    /// Locks the account, blocking while another thread holds it. It stays locked until the guard
    /// is dropped:
    ///
    /// ```compile_fail,E0505
    /// # use lock_order::Account;
    /// let account = Account::new(100);
    /// let balance = account.lock();
    /// drop(account); // error[E0505]: cannot move out of `account` because it is borrowed
    /// assert_eq!(*balance, 100);
    /// ```
    #[track_caller] // a model's report names the caller's line
    pub fn lock(&self) -> MutexGuard<'_, u64> {
        // Ignore poison: a balance is one word, so a panicking holder cannot leave it torn.
        self.shared
            .balance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the account if it is free; never blocks.
    #[track_caller] // a model's report names the caller's line
    pub fn try_lock(&self) -> Option<MutexGuard<'_, u64>> {
        match self.shared.balance.try_lock() {
            Ok(balance) => Some(balance),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// The balance: a snapshot, which may be stale by the time you use it.
    pub fn balance(&self) -> u64 {
        *self.lock()
    }
}

/// Why a transfer was refused. No money has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferError {
    /// The payer has less than the amount.
    InsufficientFunds,
    /// The payee's balance would overflow.
    BalanceTooLarge,
    /// An account was busy at every attempt.
    Contended,
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InsufficientFunds => "the payer has less than the amount",
            Self::BalanceTooLarge => "the payee would have more than a balance can say",
            Self::Contended => "an account was busy at every attempt",
        })
    }
}

impl std::error::Error for TransferError {}

// ANCHOR: transfer
/// Moves `amount` from one account to the other, atomically.
///
/// A transfer from an account to itself succeeds if the amount is there, and changes nothing.
///
/// # Blocking
///
/// Blocks while other threads hold the accounts. Locks them in the order of
/// their ids, so transfers cannot deadlock with each other.
///
/// # Errors
///
/// [`InsufficientFunds`](TransferError::InsufficientFunds), then
/// [`BalanceTooLarge`](TransferError::BalanceTooLarge). Both balances are
/// unchanged.
pub fn transfer(from: &Account, to: &Account, amount: u64) -> Result<(), TransferError> {
    if from.id() == to.id() {
        return debited(*from.lock(), amount).map(|_unused| ());
    }
    let (mut payer, mut payee) = lock_both(from, to);
    pay(&mut payer, &mut payee, amount)
}

/// Locks two different accounts, the smaller id first. Returns the guards in
/// argument order.
fn lock_both<'a>(
    one: &'a Account,
    other: &'a Account,
) -> (MutexGuard<'a, u64>, MutexGuard<'a, u64>) {
    if one.id() < other.id() {
        let first = one.lock();
        (first, other.lock())
    } else {
        let first = other.lock();
        (one.lock(), first)
    }
}
// ANCHOR_END: transfer

/// Moves `amount` between two balances whose locks the caller holds.
fn pay(payer: &mut u64, payee: &mut u64, amount: u64) -> Result<(), TransferError> {
    // Compute both results before the first write: a refusal has nothing to undo.
    let less = debited(*payer, amount)?;
    let more = payee
        .checked_add(amount)
        .ok_or(TransferError::BalanceTooLarge)?;
    (*payer, *payee) = (less, more);
    Ok(())
}

fn debited(balance: u64, amount: u64) -> Result<u64, TransferError> {
    balance
        .checked_sub(amount)
        .ok_or(TransferError::InsufficientFunds)
}

// ANCHOR: try_transfer
/// Moves `amount` like [`transfer`], without waiting for a lock, in at most `attempts` attempts.
///
/// An attempt tries both locks. Between attempts this thread holds no lock, and
/// yields.
///
/// # Errors
///
/// Those of [`transfer`], and [`Contended`](TransferError::Contended) if no
/// attempt got both locks. Then nothing has changed.
pub fn try_transfer(
    from: &Account,
    to: &Account,
    amount: u64,
    attempts: u32,
) -> Result<(), TransferError> {
    for _ in 0..attempts {
        if let Some(outcome) = attempt(from, to, amount) {
            return outcome;
        }
        thread::yield_now();
    }
    Err(TransferError::Contended)
}
// ANCHOR_END: try_transfer

// ANCHOR: attempt
/// One attempt: `None` if an account was busy. Its guards are dropped on every
/// exit.
fn attempt(from: &Account, to: &Account, amount: u64) -> Option<Result<(), TransferError>> {
    let mut payer = from.try_lock()?;
    if from.id() == to.id() {
        return Some(debited(*payer, amount).map(|_unused| ()));
    }
    let mut payee = to.try_lock()?;
    Some(pay(&mut payer, &mut payee, amount))
}
// ANCHOR_END: attempt

/// A round table: as many forks as seats. Seat `n` has fork `n` on its left and fork `n + 1` on its right; to
/// the right of the last seat lies fork 0 again.
pub struct Table {
    forks: Box<[Mutex<()>]>,
}

impl Table {
    /// Lays a table.
    ///
    /// # Panics
    ///
    /// Panics if `seats` is less than two: it takes two forks to eat.
    pub fn new(seats: usize) -> Self {
        assert!(seats >= 2, "it takes two forks to eat");
        Self {
            forks: (0..seats).map(|_| Mutex::new(())).collect(),
        }
    }

    /// Takes one fork, waiting for as long as a neighbour has it.
    #[track_caller] // a model's report names the caller's line
    fn fork(&self, number: usize) -> MutexGuard<'_, ()> {
        // Ignore poison: a fork has no state that a panic could tear.
        self.forks[number]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    // ANCHOR: dine
    /// Takes both forks of `seat`, runs `eat`, and puts the forks down, even if
    /// `eat` panics.
    ///
    /// # Blocking
    ///
    /// Blocks while a neighbour eats. A full table of hungry philosophers cannot
    /// deadlock.
    ///
    /// # Panics
    ///
    /// Panics if there is no such seat, at once, or if `eat` does.
    pub fn dine<R>(&self, seat: usize, eat: impl FnOnce() -> R) -> R {
        let seats = self.forks.len();
        // Before the first fork: a guest who has no seat waits for nobody.
        assert!(seat < seats, "a table of {seats} has no seat {seat}");
        let (left, right) = (seat, (seat + 1) % seats);
        let _first = self.fork(left.min(right));
        let _second = self.fork(left.max(right));
        eat()
    }
    // ANCHOR_END: dine
}
