//! Three tiers, easiest first: behaviour on one thread, stress on real threads, models of every schedule.

mod behaviour;
mod models;
mod stress;

// Each test runs in a process of its own, and gets its verdict whatever your code does.
lanes::each_test!();

use lanes::panics::{Panic, panic_of, panic_with};

/// What `crate::sync` means in the copy of your source that the models explore.
use lanes::sync;

/// The value that the tests put into the mutex: two balances. Money moves from one to the other; between
/// two critical sections they add up to [`TOTAL`].
type Accounts = [u32; 2];

const TOTAL: u32 = 100;

/// A value that is whole.
const OPENED: Accounts = [TOTAL, 0];

/// The money is somewhere: no transfer is half done.
fn is_whole(accounts: &Accounts) -> bool {
    accounts.iter().sum::<u32>() == TOTAL
}

/// The panic that the tests make.
const HALF_WAY: Panic = Panic("half-way through a transfer");

/// Moves money from the first account to the second, and panics half-way. What it took from the first account
/// never arrives.
fn transfer_and_panic(accounts: &mut Accounts) {
    accounts[0] -= 1;
    begin_panic();
}

/// Panics with [`HALF_WAY`] and without a message: what you read in the output is about your code.
fn begin_panic() -> ! {
    panic_with(HALF_WAY.0)
}

/// Runs `section`, which ends with [`begin_panic`]. Any other panic, `todo!()` included, goes on and fails the
/// test.
fn catch_panic(section: impl FnOnce()) {
    assert_eq!(panic_of(section), Some(HALF_WAY), "the section panics");
}
