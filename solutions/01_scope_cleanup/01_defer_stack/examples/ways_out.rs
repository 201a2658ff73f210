//! Four ways out of one scope, and one cleanup.

use std::num::ParseIntError;
use std::panic::catch_unwind;

use defer_stack::DeferStack;

fn scope(text: &str) -> Result<u32, ParseIntError> {
    let mut cleanup = DeferStack::new();
    println!("  open");
    cleanup.defer(|| println!("  close"));
    println!("  lock");
    cleanup.defer(|| println!("  unlock"));

    if text.is_empty() {
        return Ok(0);
    }
    let number = text.parse()?;
    assert!(number < 100, "too large");
    println!("  use {number}");
    Ok(number)
}

fn main() {
    for text in ["42", "", "n/a", "512"] {
        println!("scope({text:?})");
        match catch_unwind(|| scope(text)) {
            Ok(returned) => println!("  returned, ok: {}", returned.is_ok()),
            Err(_) => println!("  panicked"),
        }
    }
}
