//! What three permits report that end in three ways.

use std::time::Duration;

use circuit_breaker::{CircuitBreaker, Settings};

// ANCHOR: body
fn call(breaker: &CircuitBreaker, number: &str) -> Result<u32, Box<dyn std::error::Error>> {
    let permit = breaker.admit()?;
    let number = number.parse()?;
    permit.success();
    Ok(number)
}

fn main() {
    // Of the last ten calls one may fail.
    let settings = Settings {
        window: 10,
        budget: 1,
        cool_down: Duration::from_secs(30),
    };
    let breaker = CircuitBreaker::new(settings, || Duration::ZERO);

    for number in ["7", "seven", "8", "eight", "9"] {
        match call(&breaker, number) {
            Ok(number) => println!("{number}"),
            Err(error) => println!("{error}"),
        }
    }
}
// ANCHOR_END: body
