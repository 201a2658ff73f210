//! An order in four steps. The last one fails, and so does one of the compensations.

use rollback::{Transaction, transact};

/// A step that succeeds, or says why it does not.
fn run(what: &str, outcome: Result<(), &'static str>) -> Result<(), &'static str> {
    println!("{what}{}", outcome.map_or(" ✗", |()| ""));
    outcome
}

// ANCHOR: order
fn place(order: &mut Transaction<'_, &'static str>) -> Result<(), &'static str> {
    order.step(
        "reserve",
        || run("reserve", Ok(())),
        || run("  release", Ok(())),
    )?;
    order.step(
        "charge",
        || run("charge", Ok(())),
        || run("  refund", Err("bank is closed")),
    )?;
    order.step("label", || run("label", Ok(())), || run("  void", Ok(())))?;
    order.step(
        "pick up",
        || run("pick up", Err("no driver")),
        || run("  call off", Ok(())),
    )
}
// ANCHOR_END: order

fn main() {
    if let Err(aborted) = transact(place) {
        println!("{aborted}");
    }
}
