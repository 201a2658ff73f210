//! Manual release: right on the last line, and on no other way out.

use std::cell::Cell;
use std::num::ParseIntError;

// ANCHOR: read
/// Reads one number with a connection of the pool.
fn read(free: &Cell<u32>, text: &str) -> Result<u32, ParseIntError> {
    free.set(free.get() - 1); // take a connection
    let number = text.parse()?;
    free.set(free.get() + 1); // give it back
    Ok(number)
}
// ANCHOR_END: read

fn main() {
    let free = Cell::new(3);
    for text in ["12", "7", "n/a", "3"] {
        let outcome = read(&free, text);
        println!("{text:>3}: ok {}, free {}", outcome.is_ok(), free.get());
    }
}
