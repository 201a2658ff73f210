//! A value without a name lives to the end of its statement.

use scope_cleanup_examples::Noisy;

fn main() {
    // ANCHOR: body
    let length = Noisy("in a let").0.len();
    println!("{length} letters");

    match Noisy("in a match").0.len() {
        0 => println!("no name"),
        length => println!("{length} letters"),
    }

    let borrowed = &Noisy("borrowed in a let");
    println!("{} letters", borrowed.0.len());
    // ANCHOR_END: body
}
