//! Takes every way out of a function that unlocks manually, once. Prints those that leave the lock locked.

use std::panic::{AssertUnwindSafe, catch_unwind};

use raw_lock::{DepositError, LIMIT, RawSpinLock};

// ANCHOR: deposit
fn deposit(lock: &RawSpinLock, amount: &str, audit: fn(u64)) -> Result<u64, DepositError> {
    let held = lock.lock();
    let amount: u64 = amount.parse()?;
    if amount > LIMIT {
        return Err(DepositError::OverLimit);
    }
    audit(amount);
    // SAFETY: `held` is from `lock`.
    unsafe { lock.unlock(held) };
    Ok(amount)
}
// ANCHOR_END: deposit

fn main() {
    let fine: fn(u64) = |_| ();
    let furious: fn(u64) = |amount| panic!("the audit does not like {amount}");
    for (way_out, amount, audit) in [
        ("the end", "7", fine),
        ("the ?", "seven", fine),
        ("the return", "7000", fine),
        ("a panic in audit", "7", furious),
    ] {
        let lock = RawSpinLock::new();
        // How it ends is not what we ask.
        let _ = catch_unwind(AssertUnwindSafe(|| deposit(&lock, amount, audit)));
        if lock.is_locked() {
            println!("{way_out}");
        }
    }
}
