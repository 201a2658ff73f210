//! A function with seven steps that may fail, written three times.

use std::panic::resume_unwind;

use crate::release::Release;
use crate::release::ways_out::Way;

/// What may go wrong in a deposit, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is nothing to do.
    Empty,
    /// The amount is not a number.
    Amount,
    /// There is no such account.
    Account,
    /// The account would hold too much.
    Limit,
    /// There is no rate for the currency: an index out of bounds.
    Rate,
    /// The disk is full.
    Store,
    /// A caller's callback panics.
    Notify,
}

impl Step {
    /// All of them, in order.
    pub const ALL: [Self; 7] = [
        Self::Empty,
        Self::Amount,
        Self::Account,
        Self::Limit,
        Self::Rate,
        Self::Store,
        Self::Notify,
    ];

    /// How a deposit is left if this fails.
    pub fn way(self) -> Way {
        match self {
            Self::Empty | Self::Limit => Way::EarlyReturn,
            Self::Amount | Self::Account | Self::Store => Way::Error,
            Self::Rate | Self::Notify => Way::Panic,
        }
    }
}

/// Why a deposit failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failed(Step);

/// A deposit of which at most one step fails.
#[derive(Debug)]
pub(crate) struct Deposit {
    fault: Option<Step>,
}

impl Deposit {
    pub(crate) fn with(fault: Option<Step>) -> Self {
        Self { fault }
    }

    fn fails(&self, step: Step) -> bool {
        self.fault == Some(step)
    }

    fn attempt<T>(&self, step: Step, result: T) -> Result<T, Failed> {
        if self.fails(step) {
            Err(Failed(step))
        } else {
            Ok(result)
        }
    }

    fn crash(&self, step: Step) {
        if self.fails(step) {
            // As `panic!`, without a message on the terminal.
            resume_unwind(Box::new(Failed(step)));
        }
    }

    fn is_empty(&self) -> bool {
        self.fails(Step::Empty)
    }

    fn amount(&self) -> Result<u64, Failed> {
        self.attempt(Step::Amount, 20)
    }

    fn balance(&self) -> Result<u64, Failed> {
        self.attempt(Step::Account, 100)
    }

    fn is_over_limit(&self, _balance: u64) -> bool {
        self.fails(Step::Limit)
    }

    fn rate(&self) -> u64 {
        self.crash(Step::Rate);
        2
    }

    fn store(&self, _balance: u64) -> Result<(), Failed> {
        self.attempt(Step::Store, ())
    }

    fn notify(&self) {
        self.crash(Step::Notify);
    }
}

// ANCHOR: at_the_end
/// By hand, as it is written first: released at the end.
pub(crate) fn at_the_end<P: Release>(thing: &P, deposit: &Deposit) -> Result<u64, Failed> {
    let taken = thing.take();
    if deposit.is_empty() {
        return Ok(0);
    }
    let amount = deposit.amount()?;
    let balance = deposit.balance()?;
    if deposit.is_over_limit(balance + amount) {
        return Ok(0);
    }
    let amount = amount * deposit.rate();
    deposit.store(balance + amount)?;
    deposit.notify();
    P::give_back(taken);
    Ok(amount)
}
// ANCHOR_END: at_the_end

// ANCHOR: carefully
/// By hand, as it is written after a review: released before each `return`, those included that were a `?`.
pub(crate) fn carefully<P: Release>(thing: &P, deposit: &Deposit) -> Result<u64, Failed> {
    let taken = thing.take();
    if deposit.is_empty() {
        P::give_back(taken);
        return Ok(0);
    }
    let amount = match deposit.amount() {
        Ok(amount) => amount,
        Err(error) => {
            P::give_back(taken);
            return Err(error);
        }
    };
    let balance = match deposit.balance() {
        Ok(balance) => balance,
        Err(error) => {
            P::give_back(taken);
            return Err(error);
        }
    };
    if deposit.is_over_limit(balance + amount) {
        P::give_back(taken);
        return Ok(0);
    }
    let amount = amount * deposit.rate();
    if let Err(error) = deposit.store(balance + amount) {
        P::give_back(taken);
        return Err(error);
    }
    deposit.notify();
    P::give_back(taken);
    Ok(amount)
}
// ANCHOR_END: carefully

// ANCHOR: by_guard
/// By guard.
pub(crate) fn by_guard<P: Release>(thing: &P, deposit: &Deposit) -> Result<u64, Failed> {
    let _guard = thing.guard();
    if deposit.is_empty() {
        return Ok(0);
    }
    let amount = deposit.amount()?;
    let balance = deposit.balance()?;
    if deposit.is_over_limit(balance + amount) {
        return Ok(0);
    }
    let amount = amount * deposit.rate();
    deposit.store(balance + amount)?;
    deposit.notify();
    Ok(amount)
}
// ANCHOR_END: by_guard
