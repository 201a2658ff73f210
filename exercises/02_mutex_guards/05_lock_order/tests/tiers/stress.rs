//! Real threads and many rounds. What the models prove for two or three threads, this tries with more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use lanes::panics::{Panic, panic_of, panic_with};
use lanes::stress::together;
use lock_order::{Account, Table, TransferError, transfer, try_transfer};

const THREADS: usize = 4;
const ROUNDS: usize = 1_000;

fn bank() -> Arc<[Account; 3]> {
    Arc::new([100, 100, 100].map(Account::new))
}

#[track_caller]
fn expect_total(bank: &[Account; 3]) {
    let balances = bank.each_ref().map(Account::balance);
    assert_eq!(
        balances.iter().sum::<u64>(),
        300,
        "money was made or lost: {balances:?}"
    );
}

/// Who pays whom in this round: every pair in both directions, and some accounts to themselves.
fn pair(bank: &[Account; 3], thread: usize, round: usize) -> (&Account, &Account) {
    (&bank[(thread + round) % 3], &bank[(round / 3) % 3])
}

/// No deadlock, no lost money: transfers in all directions at once, with clones of the handles.
#[test]
fn transfers_in_all_directions_end() {
    let bank = bank();
    let shared = Arc::clone(&bank);
    together(THREADS, ROUNDS, move |thread, round| {
        let (from, to) = pair(&shared, thread, round);
        match transfer(&from.clone(), &to.clone(), 30) {
            Ok(()) | Err(TransferError::InsufficientFunds) => {}
            Err(other) => panic!("nothing else can happen here: {other}"),
        }
    });
    expect_total(&bank);
}

/// Those who wait in order and those who do not wait at all get along.
#[test]
fn those_who_give_up_may_wait_instead() {
    let bank = bank();
    let shared = Arc::clone(&bank);
    together(THREADS, ROUNDS, move |thread, round| {
        let (from, to) = pair(&shared, thread, round);
        let mut outcome = try_transfer(from, to, 30, 3);
        if outcome == Err(TransferError::Contended) {
            outcome = transfer(from, to, 30);
        }
        match outcome {
            Ok(()) | Err(TransferError::InsufficientFunds) => {}
            Err(other) => panic!("nothing else can happen here: {other}"),
        }
    });
    expect_total(&bank);
}

/// No deadlock, and no fork in two hands: five philosophers, one of whom spills the soup now and then.
#[test]
fn a_full_table_eats() {
    const SEATS: usize = 5;
    let table = Table::new(SEATS);
    let in_use: [AtomicBool; SEATS] = Default::default();
    let meals = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&meals);
    together(SEATS, ROUNDS, move |seat, round| {
        let forks = [&in_use[seat], &in_use[(seat + 1) % SEATS]];
        let eat = || {
            for fork in forks {
                let taken = fork.swap(true, Ordering::Relaxed);
                assert!(!taken, "two neighbours eat with one fork");
            }
            counted.fetch_add(1, Ordering::Relaxed);
            for fork in forks {
                fork.store(false, Ordering::Relaxed);
            }
            if seat == 0 && round % 10 == 0 {
                panic_with("spilt");
            }
        };
        if seat == 0 && round % 10 == 0 {
            let panic = panic_of(|| table.dine(seat, eat));
            assert_eq!(
                panic,
                Some(Panic("spilt")),
                "`dine` should let the panic of `eat` through"
            );
        } else {
            table.dine(seat, eat);
        }
    });
    assert_eq!(meals.load(Ordering::Relaxed), SEATS * ROUNDS);
}
