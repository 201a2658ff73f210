//! A compensation that restores what it remembers.

use std::cell::Cell;

use rollback::transact;

fn main() {
    // ANCHOR: body
    let balance = Cell::new(100);
    let before = balance.get();
    let set = |to| {
        balance.set(to);
        Ok(())
    };

    let outcome: Result<(), _> = transact(|payment| {
        payment.step("withdraw", || set(balance.get() - 30), || set(before))?;
        balance.set(balance.get() + 50); // meanwhile, another customer pays in 50
        Err("the payee refused")
    });

    assert!(outcome.is_err());
    println!("{}", balance.get());
    // ANCHOR_END: body
}
