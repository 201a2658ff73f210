//! A critical section that is left by a way that does not unlock.

use std::num::ParseIntError;

use raw_lock::RawSpinLock;

fn main() {
    let (lock, mut takings) = (RawSpinLock::new(), 0);
    for amount in ["5", "five"] {
        println!("{amount}: {:?}", pay(&lock, &mut takings, amount));
    }
    match lock.try_lock() {
        Some(_) => println!("the next visitor may come in"),
        None => println!("the next visitor waits"),
    }
}

// ANCHOR: body
/// Adds what a visitor pays to the takings, which `lock` protects.
fn pay(lock: &RawSpinLock, takings: &mut u32, amount: &str) -> Result<u32, ParseIntError> {
    let held = lock.lock();
    *takings += amount.parse::<u32>()?;
    let total = *takings;
    // SAFETY: `held` is of this lock.
    unsafe { lock.unlock(held) };
    Ok(total)
}
// ANCHOR_END: body
