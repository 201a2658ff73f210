//! What one thread can see. What may wait for ever does so on a thread that the test watches.

use impls::impls;
use lanes::panics::{DuringAPanic, Panic, panic_of, panic_with};
use lanes::stress::finishes;
use lock_order::{Account, Table, TransferError, transfer, try_transfer};

#[track_caller]
fn expect(accounts: [&Account; 2], balances: [u64; 2], hint: &str) {
    assert_eq!(accounts.map(Account::balance), balances, "{hint}");
}

/// The money goes from the first argument to the second, whichever of them is locked first.
#[test]
fn money_flows_from_the_payer_to_the_payee() {
    let (older, newer) = (Account::new(100), Account::new(100));
    assert_eq!(transfer(&older, &newer, 30), Ok(()));
    expect(
        [&older, &newer],
        [70, 130],
        "30 from the smaller id to the larger",
    );
    assert_eq!(transfer(&newer, &older, 50), Ok(()));
    expect(
        [&older, &newer],
        [120, 80],
        "then 50 back: the order of locking is not the direction of the money",
    );
    assert_eq!(try_transfer(&newer, &older, 5, 1), Ok(()));
    expect(
        [&older, &newer],
        [125, 75],
        "then 5 more, by `try_transfer`",
    );
}

/// All that there is may go; not a penny more. A refused transfer changes nothing.
#[test]
fn more_than_there_is_cannot_be_spent() {
    let (poor, rich) = (Account::new(10), Account::new(100));
    for attempt in [transfer, |a: &_, b: &_, n| try_transfer(a, b, n, 1)] {
        assert_eq!(
            attempt(&poor, &rich, 11),
            Err(TransferError::InsufficientFunds)
        );
        expect([&poor, &rich], [10, 100], "refused, so nothing has moved");
    }
    let full = Account::new(u64::MAX);
    assert_eq!(
        transfer(&poor, &full, 11),
        Err(TransferError::InsufficientFunds),
        "where both would be true, the payer's refusal comes first"
    );
    assert_eq!(transfer(&poor, &rich, 10), Ok(()), "10 of 10 are there");
    expect([&poor, &rich], [0, 110], "everything has moved");
}

/// A refusal at the second account leaves the first as it was.
#[test]
fn a_payee_that_is_full_leaves_the_payer_its_money() {
    let (payer, full) = (Account::new(10), Account::new(u64::MAX - 4));
    for attempt in [transfer, |a: &_, b: &_, n| try_transfer(a, b, n, 1)] {
        assert_eq!(
            attempt(&payer, &full, 5),
            Err(TransferError::BalanceTooLarge)
        );
        expect(
            [&payer, &full],
            [10, u64::MAX - 4],
            "refused, so nothing has moved: is the payer debited before the credit is known to fit?",
        );
    }
}

/// One account, two handles: it is locked once, and keeps its money.
#[test]
fn a_transfer_to_itself_finishes_and_changes_nothing() {
    let account = Account::new(100);
    let (one, other) = (account.clone(), account.clone());
    let outcomes = finishes("a transfer from an account to itself", move || {
        [transfer(&one, &other, 40), transfer(&one, &other, 101)]
    });
    assert_eq!(
        outcomes,
        [Ok(()), Err(TransferError::InsufficientFunds)],
        "40 of 100 are there, 101 are not"
    );
    assert_eq!(account.balance(), 100, "paid to itself: nothing changes");
}

/// Nothing comes in, so there is nothing that might not fit.
#[test]
fn a_full_account_can_pay_itself() {
    let account = Account::new(u64::MAX);
    let (one, other) = (account.clone(), account.clone());
    let outcomes = finishes("a transfer from an account to itself", move || {
        [transfer(&one, &other, 1), try_transfer(&one, &other, 1, 1)]
    });
    assert_eq!(
        outcomes,
        [Ok(()), Ok(())],
        "refused for want of room: is what it pays itself added before it is taken away?"
    );
    assert_eq!(
        account.balance(),
        u64::MAX,
        "paid to itself: nothing changes"
    );
}

/// The same for the one that does not wait: it is not in its own way.
#[test]
fn a_try_transfer_to_itself_is_not_in_its_own_way() {
    let account = Account::new(100);
    let (one, other) = (account.clone(), account.clone());
    let outcomes = finishes("a `try_transfer` from an account to itself", move || {
        [
            try_transfer(&one, &other, 40, 3),
            try_transfer(&one, &other, 101, 3),
        ]
    });
    assert_eq!(
        outcomes,
        [Ok(()), Err(TransferError::InsufficientFunds)],
        "nobody else is there: does the second `try_lock` meet the first?"
    );
    assert_eq!(account.balance(), 100, "paid to itself: nothing changes");
}

/// Bounded: when an account stays busy, `try_transfer` gives up, and lets go of the other.
#[test]
fn gives_up_after_its_attempts() {
    for busy in 0..2 {
        let accounts = [Account::new(100), Account::new(100)];
        let [payer, payee] = accounts.clone();
        let outcome = finishes("a `try_transfer` of three attempts", move || {
            let busy = accounts[busy].clone();
            let _held = busy.lock();
            try_transfer(&accounts[0], &accounts[1], 40, 3)
        });
        assert_eq!(outcome, Err(TransferError::Contended));
        assert!(
            payer.try_lock().is_some() && payee.try_lock().is_some(),
            "it has given up, and an account is still locked"
        );
        expect([&payer, &payee], [100, 100], "given up: nothing has moved");
    }
}

/// The same where both are one account: it is busy, and nobody waits for it.
#[test]
fn gives_up_when_it_would_pay_itself_and_is_busy() {
    let account = Account::new(100);
    let (one, other) = (account.clone(), account.clone());
    let outcome = finishes("a `try_transfer` of a busy account to itself", move || {
        let busy = one.clone();
        let _held = busy.lock();
        try_transfer(&one, &other, 40, 3)
    });
    assert_eq!(outcome, Err(TransferError::Contended));
    assert_eq!(account.balance(), 100);
}

/// No attempt is no transfer; one is enough if nobody is in the way.
#[test]
fn makes_as_many_attempts_as_it_may() {
    let (payer, payee) = (Account::new(100), Account::new(100));
    assert_eq!(
        try_transfer(&payer, &payee, 40, 0),
        Err(TransferError::Contended),
        "no attempt was allowed"
    );
    assert_eq!(try_transfer(&payer, &payee, 40, 1), Ok(()));
    expect([&payer, &payee], [60, 140], "one attempt, one transfer");
}

/// Two forks each: those who sit opposite eat at the same time, in every seat.
#[test]
fn philosophers_who_share_no_fork_eat_together() {
    let eaten = finishes("a dinner of two who sit opposite", || {
        let table = Table::new(4);
        (0..4)
            .map(|seat| table.dine(seat, || table.dine((seat + 2) % 4, || seat)))
            .collect::<Vec<_>>()
    });
    assert_eq!(eaten, [0, 1, 2, 3], "`dine` returns what `eat` returns");
}

/// The forks go back on the table by drop: a panic does not keep them.
#[test]
fn forks_are_put_down_when_an_eater_panics() {
    finishes("the dinner after one that ended in a panic", || {
        let table = Table::new(2);
        let panic = panic_of(|| table.dine(1, || panic_with("spilt")));
        assert_eq!(
            panic,
            Some(Panic("spilt")),
            "`dine` should let the panic of `eat` through"
        );
        table.dine(0, || ());
        table.dine(1, || ());
    });
}

/// Whoever has no seat is told so at once, and not when a neighbour has eaten.
#[test]
fn a_seat_that_is_not_there_waits_for_nobody() {
    finishes(
        "a dinner at a seat that the table has not, while others eat,",
        || {
            let table = Table::new(3);
            table.dine(0, || {
                for seat in [3, 4, usize::MAX] {
                    let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        table.dine(seat, || ());
                    }));
                    assert!(refused.is_err(), "a table of three has no seat {seat}");
                }
            });
            table.dine(2, || ());
        },
    );
}

/// In a destructor during a panic, money moves and philosophers eat as anywhere else, and after it, too.
#[test]
fn a_destructor_may_pay_and_eat_during_a_panic() {
    finishes("a transfer by a destructor, during a panic,", || {
        let (one, other) = (Account::new(100), Account::new(100));
        let table = Table::new(2);
        // What is not written yet should say so here, and not while we unwind.
        assert_eq!(transfer(&one, &other, 0), Ok(()));
        assert_eq!(try_transfer(&one, &other, 0, 1), Ok(()));
        table.dine(0, || ());
        let panic = panic_of(|| {
            let _cleanup = DuringAPanic(|| {
                let _ = transfer(&one, &other, 10);
                let _ = try_transfer(&other, &one, 1, 1);
                table.dine(1, || ());
            });
            panic_with("the scope");
        });
        assert_eq!(panic, Some(Panic("the scope")));
        expect(
            [&one, &other],
            [91, 109],
            "10 there and 1 back, during a panic",
        );
        table.dine(0, || ());
        assert_eq!(transfer(&other, &one, 9), Ok(()));
    });
}

/// Accounts are there to be shared.
#[test]
fn accounts_can_be_shared_between_threads() {
    assert!(
        impls!(Account: Send & Sync) && impls!(Table: Send & Sync),
        "a handle that stays on its thread is of no use to a bank"
    );
}
