use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::account::{Account, Refused};

/// Steps that are done together or not at all.
///
/// Each step comes with a compensation that undoes it. They run, last step first, unless the transaction is
/// committed:
///
/// | the transaction ends by | compensations | a failed one is reported to |
/// |---|---|---|
/// | [`commit`](Self::commit) | are dropped | |
/// | [`rollback`](Self::rollback) | run | the caller, in [`Aborted`] |
/// | being dropped, on return or on panic | run | no caller: a destructor returns nothing |
///
/// A compensation that fails or panics does not stop the others. (A panic payload whose own destructor panics is not
/// handled.)
///
/// There is no isolation: other threads can see, and change, what a step has done before the last
/// step is. So a compensation must undo *its own step*, whatever has happened since: pay back what
/// was taken, not restore the old balance.
///
/// A compensation may borrow whatever outlives the transaction:
///
/// ```compile_fail,E0597
/// # use std::cell::Cell;
/// # use rollback::Transaction;
/// let mut transaction = Transaction::<()>::new();
/// let late = Cell::new(1);
/// // error[E0597]: `late` does not live long enough
/// transaction.step("set", || Ok(late.set(2)), || Ok(late.set(1))).unwrap();
/// ```
///
/// A transaction that is not bound to a name ends at once, so the compiler warns. Here the warning is an
/// error:
///
/// ```compile_fail
/// #![deny(unused_must_use)]
/// # use rollback::Transaction;
/// Transaction::<()>::new(); // error: unused `Transaction` that must be used
/// ```
// ANCHOR: transaction
#[must_use = "a transaction that is not bound to a name is rolled back at once"]
pub struct Transaction<'a, E> {
    /// What has been done, in that order.
    done: Vec<Done<'a, E>>,
}

/// A step that has succeeded.
struct Done<'a, E> {
    step: &'static str,
    undo: Box<dyn FnOnce() -> Result<(), E> + 'a>,
}
// ANCHOR_END: transaction

impl<'a, E> Transaction<'a, E> {
    /// Begins a transaction with nothing done.
    pub fn new() -> Self {
        Self { done: Vec::new() }
    }

    // ANCHOR: step
    /// Runs one step now, and keeps `undo` in case the transaction is not
    /// committed.
    ///
    /// Returns what `run` returns. A step does all or nothing: if `run` fails or panics, there is nothing
    /// to undo, and `undo` is dropped.
    ///
    /// # Errors
    ///
    /// The error of `run`. The steps before it stay done until the transaction ends.
    pub fn step<R>(
        &mut self,
        name: &'static str,
        run: impl FnOnce() -> Result<R, E>,
        undo: impl FnOnce() -> Result<(), E> + 'a,
    ) -> Result<R, E> {
        let result = run()?;
        self.done.push(Done {
            step: name,
            undo: Box::new(undo),
        });
        Ok(result)
    }
    // ANCHOR_END: step

    /// Keeps everything that was done. The compensations are dropped, with everything they
    /// captured.
    ///
    /// ```compile_fail,E0382
    /// # use rollback::Transaction;
    /// let mut transaction = Transaction::<()>::new();
    /// transaction.commit();
    /// transaction.rollback(()); // error[E0382]: use of moved value: `transaction`
    /// ```
    pub fn commit(self) {
        let mut transaction = self;
        transaction.done.clear();
    }

    /// Undoes everything that was done, the last step first, and reports what could not be undone.
    pub fn rollback(self, cause: E) -> Aborted<E> {
        let mut transaction = self;
        Aborted {
            cause,
            not_undone: transaction.undo_all(),
        }
    }

    // ANCHOR: undo
    /// Runs every compensation that is left, the last step's first. Returns those
    /// that failed, in the order in which they ran. A compensation's panic is
    /// caught here.
    fn undo_all(&mut self) -> Vec<NotUndone<E>> {
        let mut not_undone = Vec::new();
        while let Some(Done { step, undo }) = self.done.pop() {
            // AssertUnwindSafe: a compensation that panicked is reported as not
            // undone, so nothing relies on the state it left.
            let why = match catch_unwind(AssertUnwindSafe(undo)) {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => Failure::Error(error),
                Err(_payload) => Failure::Panicked,
            };
            not_undone.push(NotUndone { step, why });
        }
        not_undone
    }
    // ANCHOR_END: undo
}

impl<E> Default for Transaction<'_, E> {
    fn default() -> Self {
        Self::new()
    }
}

// ANCHOR: drop
impl<E> Drop for Transaction<'_, E> {
    /// Undoes what is left, on a panic or a forgotten commit.
    fn drop(&mut self) {
        // A destructor has no caller to report failures to.
        self.undo_all();
    }
}
// ANCHOR_END: drop

/// Why a transaction did not happen.
// ANCHOR: aborted
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aborted<E> {
    /// The error that ended it.
    pub cause: E,
    /// The steps still done because their compensations failed, in the order in
    /// which those ran. They need manual repair.
    pub not_undone: Vec<NotUndone<E>>,
}

/// A step that is still done, although its transaction is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotUndone<E> {
    /// The name of the step.
    pub step: &'static str,
    /// How its compensation ended.
    pub why: Failure<E>,
}

/// How a compensation failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure<E> {
    /// It returned an error.
    Error(E),
    /// It panicked; the panic hook has printed the message.
    Panicked,
}
// ANCHOR_END: aborted

impl<E: fmt::Display> fmt::Display for Aborted<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cause)?;
        for NotUndone { step, why } in &self.not_undone {
            match why {
                Failure::Error(error) => write!(f, "; `{step}` is not undone: {error}")?,
                Failure::Panicked => {
                    write!(f, "; `{step}` is not undone: its compensation panicked")?
                }
            }
        }
        Ok(())
    }
}

impl<E: Error> Error for Aborted<E> {}

// ANCHOR: transact
/// Runs `body` in a transaction: commits if it returns `Ok`, and rolls back if it returns an error or panics.
///
/// # Errors
///
/// The error of `body`, with the steps that could not be undone.
///
/// # Panics
///
/// If `body` panics, its steps are undone and the unwind continues.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use rollback::transact;
///
/// let stock = Cell::new(3);
/// let ordered: Result<(), _> = transact(|order| {
///     order.step("reserve", || Ok(stock.set(2)), || Ok(stock.set(3)))?;
///     order.step("charge", || Err("card refused"), || Ok(()))
/// });
/// assert_eq!(ordered.unwrap_err().cause, "card refused");
/// assert_eq!(stock.get(), 3);
/// ```
pub fn transact<'a, R, E>(
    body: impl FnOnce(&mut Transaction<'a, E>) -> Result<R, E>,
) -> Result<R, Aborted<E>> {
    let mut transaction = Transaction::new();
    match body(&mut transaction) {
        Ok(result) => {
            transaction.commit();
            Ok(result)
        }
        Err(cause) => Err(transaction.rollback(cause)),
    }
}
// ANCHOR_END: transact

// ANCHOR: pay_all
/// Pays `amount` out of `from` to each of `payees`: to all of them, or to none.
///
/// No lock is held between the steps, so two calls may use the same accounts at once, in any order.
///
/// # Errors
///
/// The first refusal. What had been paid is paid back; a step that could not be
/// undone, because another thread used the accounts meanwhile, is in the report
/// as `"withdraw"` or `"deposit"`.
pub fn pay_all(from: &Account, payees: &[&Account], amount: u64) -> Result<(), Aborted<Refused>> {
    transact(|payment| {
        for &payee in payees {
            payment.step(
                "withdraw",
                || from.withdraw(amount),
                || from.deposit(amount),
            )?;
            payment.step(
                "deposit",
                || payee.deposit(amount),
                move || payee.withdraw(amount),
            )?;
        }
        Ok(())
    })
}
// ANCHOR_END: pay_all
