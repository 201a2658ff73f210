//! A stop by hand, and one way out that does not pass by it.

use std::cell::Cell;
use std::num::ParseIntError;

/// Handles a request with an engine of its own.
fn handle(engines: &Cell<u32>, request: &str) -> Result<u32, ParseIntError> {
    engines.set(engines.get() + 1); // engine.start()
    let amount = request.parse()?;
    engines.set(engines.get() - 1); // engine.stop()
    Ok(amount)
}

fn main() {
    let engines = Cell::new(0);
    for request in ["12", "7", "n/a", "3", "", "9"] {
        let outcome = handle(&engines, request);
        println!(
            "{request:?}: ok {}, engines running {}",
            outcome.is_ok(),
            engines.get()
        );
    }
}
