//! Every schedule of a small world, explored by `lanes`.
//!
//! The accounts are shared, a transaction is not. Nothing hides what it has done so far: the other thread
//! pays in between any two of its steps, and between a step and its compensation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lanes::stress::apart;

use crate::sync::thread;

/// The accounts, and your source, a second time: on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
pub(crate) mod account {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/account.rs"));
}
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/rollback.rs"));
}
use account::Account;
use source::pay_all;

const LARGE: u64 = 100;

/// Three accounts, and payments of 1 between them.
struct Bank([Account; 3]);

impl Bank {
    /// Accounts from (balance, limit).
    fn new(accounts: [(u64, u64); 3]) -> Arc<Self> {
        Arc::new(Self(
            accounts.map(|(balance, limit)| Account::new(balance, limit)),
        ))
    }

    /// Pays 1 to each. Returns whether it was done, and how much of it was neither done nor undone.
    fn pay(&self, from: usize, to: &[usize]) -> (bool, i64) {
        let payees: Vec<&Account> = to.iter().map(|&payee| &self.0[payee]).collect();
        match pay_all(&self.0[from], &payees, 1) {
            Ok(()) => (true, 0),
            Err(aborted) => (
                false,
                aborted
                    .not_undone
                    .iter()
                    .map(|left| match left.step {
                        "withdraw" => 1,
                        "deposit" => -1,
                        other => panic!(
                            "a step is called `{other}`: `pay_all` promises `withdraw` and `deposit`"
                        ),
                    })
                    .sum(),
            ),
        }
    }

    fn balances(&self) -> [u64; 3] {
        [0, 1, 2].map(|account| self.0[account].balance())
    }
}

/// Explores `world` in a process of its own: a payment that is wrong may abort.
#[track_caller]
fn explore(world: impl Fn() + Send + Sync + 'static) {
    apart(|| lanes::model(world));
}

/// step → somebody's deposit → compensation: it takes back its own step, and not what happened since.
#[test]
fn a_deposit_made_meanwhile_survives_the_rollback() {
    explore(|| {
        let bank = Bank::new([(2, LARGE), (0, 0), (0, LARGE)]);
        let other = thread::spawn({
            let bank = Arc::clone(&bank);
            move || bank.0[0].deposit(1).expect("there is room")
        });
        let (paid, _) = bank.pay(0, &[1]);
        other.join().unwrap();
        assert!(!paid, "account 1 takes nothing: the payment must fail");
        assert_eq!(
            bank.balances(),
            [3, 0, 0],
            "2, and the 1 that was paid in meanwhile: the compensation should undo its own step only"
        );
    });
}

/// Two payments into room for one: one is done, and the other leaves nothing behind.
#[test]
fn of_two_payments_into_room_for_one_the_other_is_undone() {
    explore(|| {
        let bank = Bank::new([(1, LARGE), (1, LARGE), (0, 1)]);
        let other = thread::spawn({
            let bank = Arc::clone(&bank);
            move || bank.pay(1, &[2]).0
        });
        let mine = bank.pay(0, &[2]).0;
        let theirs = other.join().unwrap();
        assert!(
            mine != theirs,
            "there was room for one: exactly one payment is done"
        );
        assert_eq!(
            bank.balances(),
            [u64::from(!mine), u64::from(!theirs), 1],
            "money is lost, or was made: the payment that failed should leave nothing behind"
        );
    });
}

/// A payee is paid and the payment fails later: it is taken back, whatever the payee receives meanwhile.
#[test]
fn a_payment_that_fails_late_takes_back_what_it_paid() {
    explore(|| {
        let bank = Bank::new([(2, LARGE), (0, 0), (0, LARGE)]);
        let other = thread::spawn({
            let bank = Arc::clone(&bank);
            move || bank.0[2].deposit(1).expect("there is room")
        });
        let (paid, in_between) = bank.pay(0, &[2, 1]);
        other.join().unwrap();
        assert!(!paid, "account 1 takes nothing: the payment must fail");
        assert_eq!(
            (bank.balances(), in_between),
            ([2, 0, 1], 0),
            "money is lost, or was made: both steps of the first payment should be undone"
        );
    });
}

/// Payments that cross, each filling the account that the other wants to pay back into. A compensation can
/// be refused then; what is missing from the accounts is in the report, to the last coin.
#[test]
fn what_could_not_be_undone_is_in_the_report() {
    static UNDONE: AtomicBool = AtomicBool::new(false);

    apart(|| {
        lanes::model(|| {
            let bank = Bank::new([(1, 1), (1, 1), (0, 0)]);
            let other = thread::spawn({
                let bank = Arc::clone(&bank);
                move || bank.pay(1, &[0]).1
            });
            let missing = bank.pay(0, &[1]).1 + other.join().unwrap();
            let held: u64 = bank.balances().iter().sum();
            assert_eq!(
                held.checked_add_signed(missing),
                Some(2),
                "the accounts hold {held} and the reports account for {missing}: together, that should be 2"
            );
            UNDONE.fetch_or(missing == 0, Ordering::Relaxed);
        });
        assert!(
            UNDONE.load(Ordering::Relaxed),
            "some schedules should leave nothing behind"
        );
    });
}

/// A payee spends what it was paid, and the payment fails later: the compensation is refused, and the report says so. Taking
/// back what is still there would make money of nothing.
#[test]
fn a_payment_that_was_spent_meanwhile_is_in_the_report() {
    explore(|| {
        let bank = Bank::new([(2, LARGE), (0, LARGE), (0, 0)]);
        let other = thread::spawn({
            let bank = Arc::clone(&bank);
            move || i64::from(bank.0[1].withdraw(1).is_ok())
        });
        let (paid, missing) = bank.pay(0, &[1, 2]);
        let spent = other.join().unwrap();
        assert!(!paid, "account 2 takes nothing: the payment must fail");
        let held: u64 = bank.balances().iter().sum();
        assert_eq!(
            held.checked_add_signed(missing + spent),
            Some(2),
            "the accounts hold {held}, {spent} was spent, and the report accounts for {missing}: together, that should be 2"
        );
    });
}
