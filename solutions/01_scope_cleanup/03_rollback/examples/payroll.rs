//! A payment to three that stops at the second, without a transaction and in one.

use rollback::{Account, Refused, pay_all};

// ANCHOR: by_hand
fn pay_by_hand(from: &Account, payees: &[&Account], amount: u64) -> Result<(), Refused> {
    for payee in payees {
        from.withdraw(amount)?;
        payee.deposit(amount)?;
    }
    Ok(())
}
// ANCHOR_END: by_hand

/// The company, Ann, Ben (whose account takes 10 more and no more) and Eve.
fn open() -> [Account; 4] {
    [(100, 100), (0, 100), (90, 100), (0, 100)].map(|(balance, limit)| Account::new(balance, limit))
}

fn main() {
    let accounts = open();
    let [company, ann, ben, eve] = &accounts;
    let refused = pay_by_hand(company, &[ann, ben, eve], 30).unwrap_err();
    println!("without a transaction: {refused}");
    println!("  {:?}", accounts.each_ref().map(Account::balance));

    let accounts = open();
    let [company, ann, ben, eve] = &accounts;
    let aborted = pay_all(company, &[ann, ben, eve], 30).unwrap_err();
    println!("in a transaction: {aborted}");
    println!("  {:?}", accounts.each_ref().map(Account::balance));
}
