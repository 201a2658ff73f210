//! Real threads, many rounds: half of the payments fail or panic half-way, and no money is made or lost.

use std::sync::Arc;

use lanes::panics::{panic_of, panic_with};
use lanes::stress::{apart, together};
use rollback::{Account, Refused, pay_all, transact};

const THREADS: usize = 4;
const ROUNDS: usize = 400;
const BALANCE: u64 = 1_000;
/// As much as there is: an account that is paid back always has room.
const LIMIT: u64 = BALANCE * THREADS as u64;

fn accounts() -> Arc<[Account]> {
    (0..THREADS).map(|_| Account::new(BALANCE, LIMIT)).collect()
}

#[track_caller]
fn expect_all_the_money(accounts: &[Account]) {
    let held: u64 = accounts.iter().map(Account::balance).sum();
    assert_eq!(
        held, LIMIT,
        "money is lost, or was made: is every step that was done undone, and no other?"
    );
}

/// Sum: payments round a ring, of which every second is refused after its first payee was paid.
#[test]
fn payments_that_fail_half_way_keep_the_sum() {
    apart(|| {
        let accounts = accounts();
        together(THREADS, ROUNDS, {
            let accounts = Arc::clone(&accounts);
            move |thread, round| {
                let full = Account::new(0, 0);
                let next = &accounts[(thread + 1) % THREADS];
                let payees = if round % 2 == 0 {
                    &[next][..]
                } else {
                    &[next, &full][..]
                };
                // A payee that has spent the money already cannot give it back, so the amount is small.
                let paid = pay_all(&accounts[thread], payees, 1);
                assert_eq!(
                    paid.map_err(|aborted| (aborted.cause, aborted.not_undone)),
                    if round % 2 == 0 {
                        Ok(())
                    } else {
                        Err((Refused::OverLimit, Vec::new()))
                    },
                    "thread {thread}, round {round}: every account has room and money enough"
                );
            }
        });
        expect_all_the_money(&accounts);
    });
}

/// Sum: transactions that panic between their steps, while the other threads use the same accounts.
#[test]
fn transactions_that_panic_half_way_keep_the_sum() {
    apart(|| {
        let accounts = accounts();
        together(THREADS, ROUNDS, {
            let accounts = Arc::clone(&accounts);
            move |thread, round| {
                let (from, to) = (&accounts[thread], &accounts[(thread + 1) % THREADS]);
                let panicked = panic_of(|| {
                    let paid = transact(|payment| {
                        payment.step("withdraw", || from.withdraw(1), || from.deposit(1))?;
                        if round % 3 == 1 {
                            panic_with("between the steps");
                        }
                        payment.step("deposit", || to.deposit(1), || to.withdraw(1))?;
                        if round % 3 == 2 {
                            panic_with("after the last step");
                        }
                        Ok(())
                    });
                    assert_eq!(paid, Ok(()), "every account has room and money enough");
                });
                assert_eq!(panicked.is_some(), round % 3 != 0, "the panic should go on");
            }
        });
        expect_all_the_money(&accounts);
    });
}
