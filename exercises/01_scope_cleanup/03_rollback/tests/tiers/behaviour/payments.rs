//! Payments, one at a time.
//!
//! Each payment is watched: one that holds a lock while it waits for the same lock never returns.

use std::sync::Arc;

use lanes::stress::finishes;
use rollback::{Aborted, Account, Refused, pay_all};

/// Pays from the first of `accounts` to those at `payees`. Accounts are (balance, limit); returns the
/// balances after it.
#[track_caller]
fn pay(
    accounts: &[(u64, u64)],
    payees: &'static [usize],
    amount: u64,
) -> (Result<(), Aborted<Refused>>, Vec<u64>) {
    let accounts: Arc<[Account]> = accounts
        .iter()
        .map(|&(balance, limit)| Account::new(balance, limit))
        .collect();
    let outcome = finishes("the payment", {
        let accounts = Arc::clone(&accounts);
        move || {
            let payees: Vec<&Account> = payees.iter().map(|&payee| &accounts[payee]).collect();
            pay_all(&accounts[0], &payees, amount)
        }
    });
    (outcome, accounts.iter().map(Account::balance).collect())
}

fn refused(cause: Refused) -> Result<(), Aborted<Refused>> {
    Err(Aborted {
        cause,
        not_undone: Vec::new(),
    })
}

/// All: everybody gets the amount, and the payer pays it as often.
#[test]
fn pays_everybody() {
    let (outcome, balances) = pay(&[(100, 100), (0, 100), (5, 100)], &[1, 2], 30);
    assert_eq!(outcome, Ok(()));
    assert_eq!(balances, [40, 30, 35]);
}

/// Or none: the second payee has no room; the first is not paid either, and the payer has it all back.
#[test]
fn a_refusal_half_way_leaves_every_balance_as_it_was() {
    let (outcome, balances) = pay(&[(100, 100), (0, 100), (90, 100), (0, 100)], &[1, 2, 3], 30);
    assert_eq!(
        balances,
        [100, 0, 90, 0],
        "account 2 refused: what had been paid before should be paid back, and nothing else"
    );
    assert_eq!(outcome, refused(Refused::OverLimit));
}

/// Or none: the money runs out after the first payee.
#[test]
fn running_out_of_money_half_way_leaves_every_balance_as_it_was() {
    let (outcome, balances) = pay(&[(50, 100), (0, 100), (0, 100)], &[1, 2], 30);
    assert_eq!(
        balances,
        [50, 0, 0],
        "there was money for one of two: what had been paid should be paid back"
    );
    assert_eq!(outcome, refused(Refused::Insufficient));
}

/// Twice the same payee is two payments, and both are undone.
#[test]
fn a_payee_may_be_named_twice() {
    let (outcome, balances) = pay(&[(100, 100), (0, 40)], &[1, 1], 30);
    assert_eq!(
        balances,
        [100, 0],
        "the second payment to account 1 is refused"
    );
    assert_eq!(outcome, refused(Refused::OverLimit));
}

/// An account may pay itself: nobody waits for a lock that this very payment holds.
#[test]
fn an_account_may_pay_itself() {
    let (outcome, balances) = pay(&[(100, 100)], &[0], 30);
    assert_eq!(
        outcome,
        Ok(()),
        "it has the money, and then the room: what is paid in has been taken out before"
    );
    assert_eq!(balances, [100]);
}

/// An amount that nobody has, twice: that is a refusal, and no sum that overflows.
#[test]
fn an_amount_beyond_all_limits_is_refused() {
    let (outcome, balances) = pay(&[(100, 100), (0, 100), (0, 100)], &[1, 2], u64::MAX);
    assert_eq!(outcome, refused(Refused::Insufficient));
    assert_eq!(balances, [100, 0, 0]);
}

/// Paying oneself, and then a payee that refuses: both are undone, and nothing is made of it.
#[test]
fn an_account_that_pays_itself_gets_back_what_it_had() {
    let (outcome, balances) = pay(&[(100, 100), (0, 0)], &[0, 0, 1], 30);
    assert_eq!(
        balances,
        [100, 0],
        "account 1 refused: nobody has paid anything"
    );
    assert_eq!(outcome, refused(Refused::OverLimit));
}

/// The first payee refuses, and those after it would not have: nobody is paid.
#[test]
fn a_refusal_at_the_beginning_leaves_the_others_unpaid() {
    let (outcome, balances) = pay(&[(100, 100), (100, 100), (0, 100)], &[1, 2], 30);
    assert_eq!(
        balances,
        [100, 100, 0],
        "account 1 is full: account 2 should not be paid either"
    );
    assert_eq!(outcome, refused(Refused::OverLimit));
}

/// Edges: nobody to pay, nothing to pay, and all the money that a `u64` can count.
#[test]
fn the_smallest_and_the_largest_payments() {
    let (outcome, balances) = pay(&[(1, 1)], &[], u64::MAX);
    assert_eq!(
        (outcome, balances),
        (Ok(()), vec![1]),
        "nobody is to be paid"
    );
    let (outcome, balances) = pay(&[(0, 0), (7, 7)], &[1], 0);
    assert_eq!(
        (outcome, balances),
        (Ok(()), vec![0, 7]),
        "nothing can always be paid"
    );
    let (outcome, balances) = pay(&[(u64::MAX, u64::MAX), (0, u64::MAX)], &[1], u64::MAX);
    assert_eq!((outcome, balances), (Ok(()), vec![0, u64::MAX]));
    let (outcome, balances) = pay(
        &[(u64::MAX, u64::MAX), (0, u64::MAX), (0, 0)],
        &[1, 2],
        1 << 40,
    );
    assert_eq!(
        (outcome, balances),
        (refused(Refused::OverLimit), vec![u64::MAX, 0, 0]),
        "amounts are `u64`: is there a smaller number on the way?"
    );
}

/// Numbers: forty payees, of whom the last one refuses.
#[test]
fn forty_payees_are_paid_or_none() {
    const ALL: &[usize] = &{
        let mut payees = [0; 40];
        let mut at = 0;
        while at < payees.len() {
            payees[at] = at + 1;
            at += 1;
        }
        payees
    };
    let mut accounts = vec![(0, 3); 41];
    accounts[0] = (120, 120);
    let (outcome, balances) = pay(&accounts, ALL, 3);
    assert_eq!(outcome, Ok(()));
    assert_eq!(balances[0], 0, "forty payments of 3 are 120");
    accounts[40] = (1, 3);
    let (outcome, balances) = pay(&accounts, ALL, 3);
    assert_eq!(outcome, refused(Refused::OverLimit));
    assert_eq!(
        (balances[0], balances.iter().sum::<u64>()),
        (120, 121),
        "the last of forty refused: all should be as it was"
    );
}
