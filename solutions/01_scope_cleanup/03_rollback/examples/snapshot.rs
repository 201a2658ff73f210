//! A compensation that restores what it remembers.

use std::cell::Cell;

use rollback::transact;

fn main() {
    // ANCHOR: body
    let balance = Cell::new(100);
    let before = balance.get();

    let outcome: Result<(), _> = transact(|payment| {
        payment.step(
            "withdraw",
            || Ok(balance.set(balance.get() - 30)),
            || Ok(balance.set(before)),
        )?;
        balance.set(balance.get() + 50); // meanwhile, somebody else pays in 50
        Err("the payee refused")
    });

    assert!(outcome.is_err());
    println!("{}", balance.get());
    // ANCHOR_END: body
}
