//! Half a transfer, the warning, and the repair.

use std::panic::catch_unwind;

use poison_mutex::{PoisonMutex, Poisoned};

const TOTAL: u32 = 100;

fn main() {
    let accounts = PoisonMutex::new([TOTAL, 0]);

    let _ = catch_unwind(|| {
        let mut accounts = accounts.lock().unwrap();
        accounts[0] -= 30;
        panic!("between two lines");
    });

    println!("poisoned: {}", accounts.is_poisoned());
    let mut guard = accounts.lock().unwrap_or_else(Poisoned::into_inner);
    println!("found: {:?}", *guard);

    guard[1] = TOTAL - guard[0]; // what the transfer had left to do
    accounts.clear_poison(); // while we hold the guard: no other holder comes in between
    drop(guard);

    println!("left: {:?}", *accounts.lock().unwrap());
}
