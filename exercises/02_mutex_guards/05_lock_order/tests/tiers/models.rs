//! Every schedule of a small world, explored by `lanes`.

use std::sync::Arc;

use crate::sync::cell::UnsafeCell;
use crate::sync::thread::{self, at_each_yield};

/// Your source a second time, on types that record every step.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "a copy: the library is linted once"
)]
mod source {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lock_order.rs"));
}
use source::{Account, Table, TransferError, transfer, try_transfer};

/// Explores a model in which nothing depends on who goes first.
fn one_schedule(program: impl Fn() + Send + Sync + 'static) {
    lanes::Model::new().allow_one_schedule().check(program);
}

/// No deadlock: A pays B while B pays A. Each thread has handles of its own, side by side in the order in which
/// it pays: where a handle lies says nothing about the account.
#[test]
fn opposite_transfers_do_not_wait_for_each_other() {
    lanes::model(|| {
        let ours = [Account::new(100), Account::new(100)];
        let theirs = [ours[1].clone(), ours[0].clone()];
        let other = thread::spawn(move || transfer(&theirs[0], &theirs[1], 20));
        assert_eq!(transfer(&ours[0], &ours[1], 10), Ok(()));
        assert_eq!(other.join().unwrap(), Ok(()));
        assert_eq!(ours.each_ref().map(Account::balance), [110, 90]);
    });
}

/// No deadlock: A pays B, B pays C, C pays A. No two of them are opposite, and still they form a circle.
#[test]
fn a_circle_of_three_transfers_does_not_wait_for_itself() {
    lanes::model(|| {
        let accounts = [100, 100, 100].map(Account::new);
        let others = [1, 2].map(|payer| {
            let (from, to) = (accounts[payer].clone(), accounts[(payer + 1) % 3].clone());
            thread::spawn(move || transfer(&from, &to, 10))
        });
        assert_eq!(transfer(&accounts[0], &accounts[1], 10), Ok(()));
        for other in others {
            assert_eq!(other.join().unwrap(), Ok(()));
        }
    });
}

/// Check and act are one step: of two that would spend the same money, one is refused.
#[test]
fn money_is_spent_once() {
    lanes::model(|| {
        let [payer, one, two] = [100, 0, 0].map(Account::new);
        let other = thread::spawn({
            let payer = payer.clone();
            move || transfer(&payer, &one, 60)
        });
        let mine = transfer(&payer, &two, 60);
        let theirs = other.join().unwrap();
        let refused = Err(TransferError::InsufficientFunds);
        assert!(
            [mine, theirs] == [Ok(()), refused] || [mine, theirs] == [refused, Ok(())],
            "there is money for one of two transfers, and they answered {mine:?} and {theirs:?}: \
             is the lock held from the check to the debit?"
        );
        assert_eq!(payer.balance(), 40);
    });
}

/// Debit and credit are one step: who holds both accounts sees all the money, or the transfer would be seen
/// half-way.
#[test]
fn nobody_sees_a_transfer_half_way() {
    lanes::model(|| {
        let (payer, payee) = (Account::new(100), Account::new(0));
        let other = thread::spawn({
            let (payer, payee) = (payer.clone(), payee.clone());
            move || transfer(&payer, &payee, 30)
        });
        // The smaller id first, as everybody does.
        let (left, arrived) = (payer.lock(), payee.lock());
        assert_eq!(
            *left + *arrived,
            100,
            "money is on its way between two locks: hold both from the debit to the credit"
        );
        drop((left, arrived));
        assert_eq!(other.join().unwrap(), Ok(()));
    });
}

/// The same where the payer has the larger id: whatever the direction of the money, the smaller id comes first. Whoever locks
/// both accounts by hand, in that order, waits for no transfer that waits for it.
#[test]
fn the_smaller_id_is_locked_first_whoever_pays() {
    lanes::model(|| {
        let (payee, payer) = (Account::new(0), Account::new(100));
        let other = thread::spawn({
            let (payer, payee) = (payer.clone(), payee.clone());
            move || transfer(&payer, &payee, 30)
        });
        let (arrived, left) = (payee.lock(), payer.lock());
        assert_eq!(
            *left + *arrived,
            100,
            "money is on its way between two locks: hold both from the debit to the credit"
        );
        drop((arrived, left));
        assert_eq!(other.join().unwrap(), Ok(()));
    });
}

/// The same for accounts that lie the other way round in memory: ids are the order, and addresses are none.
#[test]
fn the_smaller_id_is_locked_first_wherever_it_lies() {
    /// Four accounts. What lay in order is freed before, so that what is allocated next most likely lies the other way round.
    fn scattered() -> [Account; 4] {
        for size in (32..=512).step_by(16) {
            drop((0..7).map(|_| vec![0_u8; size]).collect::<Vec<_>>());
        }
        [100; 4].map(Account::new)
    }

    for (smaller, larger) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
        lanes::model(move || {
            let accounts = scattered();
            let other = thread::spawn({
                let (from, to) = (accounts[smaller].clone(), accounts[larger].clone());
                move || transfer(&from, &to, 30)
            });
            let (first, second) = (accounts[smaller].lock(), accounts[larger].lock());
            assert_eq!(
                *first + *second,
                200,
                "money is on its way between two locks"
            );
            drop((first, second));
            assert_eq!(other.join().unwrap(), Ok(()));
        });
    }
}

/// A transfer waits for its own two accounts, and for no other: there is no lock of the whole bank.
#[test]
fn transfers_without_a_common_account_do_not_wait_for_each_other() {
    one_schedule(|| {
        let [busy, one, two, three] = [100; 4].map(Account::new);
        let held = busy.lock();
        let other = thread::spawn({
            let busy = busy.clone();
            move || transfer(&busy, &one, 10)
        });
        // The other thread waits for this one, at its first account or with nothing; these two are of no concern to it.
        assert_eq!(transfer(&two, &three, 10), Ok(()));
        drop(held);
        assert_eq!(other.join().unwrap(), Ok(()));
    });
}

/// Debit and credit of `try_transfer` are one step, too.
#[test]
fn nobody_sees_an_attempt_half_way() {
    lanes::model(|| {
        let (payer, payee) = (Account::new(100), Account::new(0));
        let other = thread::spawn({
            let (payer, payee) = (payer.clone(), payee.clone());
            move || try_transfer(&payer, &payee, 60, 1)
        });
        let (left, arrived) = (payer.lock(), payee.lock());
        assert_eq!(
            *left + *arrived,
            100,
            "money is on its way between two locks: hold both from the debit to the credit"
        );
        drop((left, arrived));
        let mine = try_transfer(&payer, &payee, 60, 1);
        let theirs = other.join().unwrap();
        assert!(
            mine.is_err() || theirs.is_err(),
            "there is money for one of two transfers, and both were made"
        );
    });
}

/// Hold nothing while you wait, not even while you yield: when the thread yields, both accounts are as it found them.
#[test]
fn nothing_is_held_while_it_yields() {
    one_schedule(|| {
        for busy in 0..2 {
            let accounts = [Account::new(100), Account::new(100)];
            let free = accounts[1 - busy].clone();
            let held = accounts[busy].lock();
            let look = move || {
                assert!(
                    free.try_lock().is_some(),
                    "the other account was busy, and this thread yields with a lock in its hand: when are the guards of an \
                     attempt dropped?"
                );
            };
            let outcome = at_each_yield(look, || try_transfer(&accounts[0], &accounts[1], 10, 3));
            assert_eq!(outcome, Err(TransferError::Contended));
            drop(held);
        }
    });
}

/// As many attempts as it may make, and not one less: an account that is free again in time is paid.
#[test]
fn the_last_attempt_counts() {
    one_schedule(|| {
        for needed in 2..=3 {
            let accounts = [Account::new(100), Account::new(100)];
            let busy: &'static Account = Box::leak(Box::new(accounts[0].clone()));
            let mut held = Some(busy.lock());
            let mut yields = 0;
            let free_it = move || {
                yields += 1;
                if yields == needed - 1 {
                    drop(held.take());
                }
            };
            let outcome = at_each_yield(free_it, || {
                try_transfer(&accounts[0], &accounts[1], 10, needed)
            });
            assert_eq!(
                outcome,
                Ok(()),
                "attempt {needed} of {needed} would have found both accounts free"
            );
        }
    });
}

/// Bounded: two that do not wait may both give up. They never wait, and never move half of anything.
#[test]
fn opposite_attempts_end_in_every_schedule() {
    lanes::model(|| {
        let (a, b) = (Account::new(100), Account::new(100));
        let other = thread::spawn({
            let (a, b) = (a.clone(), b.clone());
            move || try_transfer(&b, &a, 20, 1)
        });
        let mine = try_transfer(&a, &b, 10, 2);
        let theirs = other.join().unwrap();
        for outcome in [mine, theirs] {
            assert!(
                matches!(outcome, Ok(()) | Err(TransferError::Contended)),
                "nothing else can happen here: {outcome:?}"
            );
        }
        let (paid, received) = (10 * u64::from(mine.is_ok()), 20 * u64::from(theirs.is_ok()));
        assert_eq!(
            [a.balance(), b.balance()],
            [100 - paid + received, 100 + paid - received],
            "{mine:?} and {theirs:?}: what was refused has moved money, or what was done has not"
        );
    });
}

/// Hold nothing while you wait: between two attempts, the account that was free is free for others.
#[test]
fn an_attempt_that_fails_lets_go() {
    lanes::model(|| {
        let (free, busy) = (Account::new(100), Account::new(100));
        let held = busy.lock();
        let other = thread::spawn({
            let (free, busy) = (free.clone(), busy.clone());
            move || try_transfer(&free, &busy, 10, u32::MAX)
        });
        // Against the order of the ids. That is no danger: the other thread does not wait for a lock.
        *free.lock() += 1;
        drop(held);
        assert_eq!(
            other.join().unwrap(),
            Ok(()),
            "once both accounts are free, an attempt succeeds"
        );
    });
}

/// The smallest table: two forks, and both neighbours want both of them.
#[test]
fn two_at_a_table_do_not_wait_for_each_other() {
    lanes::model(|| {
        let table = Arc::new(Table::new(2));
        let other = thread::spawn({
            let table = Arc::clone(&table);
            move || table.dine(1, || ())
        });
        table.dine(0, || ());
        other.join().unwrap();
    });
}

/// Whoever waits for a neighbour is in nobody else's way: a philosopher three seats away eats meanwhile.
#[test]
fn who_waits_is_in_nobodys_way() {
    lanes::model(|| {
        let table = Arc::new(Table::new(6));
        let sit = |seat: usize| {
            let table = Arc::clone(&table);
            thread::spawn(move || table.dine(seat, || ()))
        };
        let neighbour = sit(1);
        // Seat 0 goes on eating until seat 3 has eaten, which has no fork in common with 0, or with 1 who may wait.
        table.dine(0, || sit(3).join().unwrap());
        neighbour.join().unwrap();
    });
}

/// Numbers: whatever the number of seats, those who sit side by side never eat at once, the last seat and the first among
/// them.
#[test]
fn neighbours_never_have_a_fork_in_common() {
    /// What is eaten with a fork. As in `a_full_table_eats`.
    struct Fork(UnsafeCell<u32>);
    // SAFETY: it is reached only while eating with the fork. Whether that is then in one hand is the question.
    unsafe impl Sync for Fork {}

    impl Fork {
        fn eat(&self) {
            // SAFETY: as above.
            self.0.with_mut(|uses| unsafe { *uses += 1 });
        }
    }

    for (seats, seat) in [
        (4, 0),
        (4, 3),
        (5, 1),
        (5, 3),
        (5, 4),
        (8, 6),
        (8, 7),
        (17, 15),
        (17, 16),
    ] {
        lanes::model(move || {
            let shared = Arc::new((Table::new(seats), Fork(UnsafeCell::new(0))));
            let other = thread::spawn({
                let shared = Arc::clone(&shared);
                move || shared.0.dine((seat + 1) % seats, || shared.1.eat())
            });
            shared.0.dine(seat, || shared.1.eat());
            other.join().unwrap();
        });
    }
}

/// No deadlock, and no fork in two hands: three philosophers sit down at once.
#[test]
fn a_full_table_eats() {
    /// How often each fork was used: no lock of its own, so that two eaters with one fork are found.
    struct Uses([UnsafeCell<u32>; 3]);
    // SAFETY: each counter is reached only while eating with its fork. Whether the fork is then in one hand is
    // the question that the model asks; it sees every access and reports two that meet.
    unsafe impl Sync for Uses {}

    impl Uses {
        fn eat(&self, seat: usize) {
            for fork in [seat, (seat + 1) % 3] {
                // SAFETY: as above.
                self.0[fork].with_mut(|uses| unsafe { *uses += 1 });
            }
        }
    }

    lanes::model(|| {
        let table = Arc::new((Table::new(3), Uses([0, 0, 0].map(UnsafeCell::new))));
        let others = [1, 2].map(|seat| {
            let shared = Arc::clone(&table);
            thread::spawn(move || shared.0.dine(seat, || shared.1.eat(seat)))
        });
        table.0.dine(0, || table.1.eat(0));
        for other in others {
            other.join().unwrap();
        }
    });
}
