//! The squares, by a closure.

use std::iter;

fn main() {
    // ANCHOR: body
    let mut n = 0;
    let squares = iter::from_fn(move || {
        n += 1;
        Some(n * n)
    });
    println!("{:?}", squares.take(4).collect::<Vec<u32>>());
    // ANCHOR_END: body
}
